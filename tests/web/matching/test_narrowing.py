"""What the pages of proposals and of needs left out can be narrowed to, and what they lead to."""

from app.matching.models import Proposal, Unmatched

FIGURES = {"asked": 4, "proposed": 1, "offered": 1, "needs": 2, "lines": 1, "households": 1}
FIGURES |= {"barred": 0, "areas": [], "safe_groups": [], "fairness": {"least": 0.2, "gini": 0.0}}
FIGURES["kinds"] = {"qua_tet": {"asked": 2, "offered": 1, "proposed": 1}}


def leave_out(session, run_id, *, need=None, line=None, code="needier-took-it"):
    values = {"need_id": need.id} if need else {"pledge_line_id": line.id}
    reason = {"code": code, "facts": {"tier": "C", "cutoff": "B"}}
    session.add(Unmatched(run_id=run_id, ward_code="00364", units=1, reason=reason, **values))
    session.flush()


def test_a_province_narrows_proposals_to_a_ward(signed_in, make_proposal):
    make_proposal()
    browse = signed_in("quan")

    page = browse.get("matching.proposals")

    assert "Phường A" in page.text
    assert "1 đề xuất." in browse.get("matching.proposals", ward="00364").text
    empty = browse.get("matching.proposals", ward="00301")
    assert "Không có đề xuất nào hợp điều kiện lọc" in empty.text
    assert empty.link("Xoá bộ lọc") == "/proposals"


def test_an_approver_finds_what_could_not_be_approved(signed_in, make_proposal):
    make_proposal()
    refused = make_proposal(last_refusal="given-recently")

    page = signed_in().get("matching.proposals", only="refused")

    assert "1 đề xuất." in page.text
    assert f"/proposals/{refused.id}" in page.response.text


def test_another_need_is_chosen_by_a_link(signed_in, session, make_proposal, make_open_need):
    proposal, fits, misfit = make_proposal(), make_open_need(), make_open_need()
    leave_out(session, proposal.run_id, need=misfit, code="no-line-fits")
    leave_out(session, proposal.run_id, need=fits)
    browse = signed_in("minh")

    page = browse.get("matching.change", proposal_id=proposal.id)
    chosen = browse.visit(f"/proposals/{proposal.id}/change?instead={fits.code}")

    assert page.text.index(fits.code) < page.text.index(misfit.code)
    assert f"instead={misfit.code}" not in page.response.text
    assert f'value="{fits.code}"' in chosen.response.text


def test_a_runs_kind_leads_to_who_got_nothing_of_it(
    signed_in, session, kinds, make_run, make_open_need
):
    run = make_run(figures=FIGURES)
    left, other = make_open_need(), make_open_need(kind_code="xe_lan", spec={"type": "standard"})
    leave_out(session, run.id, need=left)
    leave_out(session, run.id, need=other)
    browse = signed_in()

    shown = browse.get("matching.run", run_id=run.id)
    page = browse.get("matching.left_out", run_id=run.id, kind="qua_tet")

    assert f"/runs/{run.id}/left-out?kind=qua_tet" in shown.response.text
    assert left.code in page.text
    assert other.code not in page.text


def test_a_run_says_how_many_lines_it_does_not_show(signed_in, session, make_run, make_line):
    run = make_run(figures=FIGURES)
    for _ in range(51):
        line = make_line()
        leave_out(session, run.id, line=line, code="nobody-needs")

    page = signed_in().get("matching.run", run_id=run.id)

    assert "Đang hiện 50 dòng còn nhiều phần nhất trên 51 dòng" in page.text


def test_proposals_of_earlier_runs_are_folded_away(signed_in, session, make_proposal):
    proposal = make_proposal()
    session.get_one(Proposal, proposal.id).state = "superseded"

    page = signed_in().get("matching.why_line", line_id=proposal.pledge_line_id)

    assert "đã được thay: 1" in page.text
