"""The pages of matching: who sees what, and one path through each form."""

import pytest

from app.accounts.rules import Role
from app.kernel.clock import now
from app.matching import actions
from app.matching.models import Allocation, MatchRun, Proposal, Unmatched
from app.matching.rules.shares import PAID_TOGETHER
from app.needs.models import Need


def test_the_approver_reads_names_and_reasons_in_words(signed_in, make_proposal):
    make_proposal()

    page = signed_in().get("matching.proposals")

    assert "Trần Thị Thử" in page.text
    assert "Mức ưu tiên B: cần sớm." in page.text


def test_a_province_officer_reads_codes_instead_of_names(signed_in, make_proposal):
    make_proposal()

    page = signed_in("quan").get("matching.proposals")

    assert "Trần Thị Thử" not in page.text
    assert "H-" in page.text


def test_another_wards_staff_see_no_proposal(signed_in, make_proposal):
    proposal = make_proposal()

    page = signed_in("hoa").get("matching.proposals")

    assert "Không có đề xuất nào chờ quyết định" in page.text
    signed_in("hoa").get("matching.proposal", expect=404, proposal_id=proposal.id)


@pytest.mark.parametrize("role", [Role.GROUP_LEADER, Role.VOLUNTEER, Role.INSPECTOR])
def test_roles_that_decide_nothing_find_no_page(browse, make_actor, role):
    browse.sign_in(make_actor(role, ward_code="00364"))

    browse.get("matching.proposals", expect=404)


def test_the_approver_accepts_what_was_ticked(signed_in, session, make_proposal):
    chosen, left = make_proposal(), make_proposal()
    browse = signed_in()
    page = browse.get("matching.proposals")

    answer = browse.submit(
        page, {"proposal": [str(chosen.id)], "decision": "accept"}, to="/proposals/decide"
    )

    assert "Đã duyệt 1 đề xuất." in browse.follow(answer).text
    session.expire_all()
    assert session.get_one(Proposal, chosen.id).state == "accepted"
    assert session.get_one(Proposal, left.id).state == "proposed"


def test_declining_without_a_reason_shows_the_list_again(signed_in, make_proposal):
    proposal = make_proposal()

    page = signed_in().post(
        "matching.decide", {"proposal": [str(proposal.id)], "decision": "decline"}, expect=422
    )

    assert "Xin ghi lý do không chọn." in page.text


def test_a_usual_reason_is_enough_and_the_filter_stays(signed_in, session, make_proposal):
    proposal = make_proposal()
    browse = signed_in()
    page = browse.get("matching.proposals", tier="B")
    typed = {"proposal": [str(proposal.id)], "decision": "decline", "usual": "gives-way"}

    answer = browse.submit(page, typed, to="/proposals/decide?tier=B")

    assert answer.response.headers["Location"].endswith("/proposals?tier=B")
    session.expire_all()
    assert session.get_one(Proposal, proposal.id).decision_reason == "Hộ xin nhường hộ khác."


def test_the_list_is_narrowed_to_a_tier(signed_in, make_proposal):
    make_proposal()
    browse = signed_in()

    assert "1 đề xuất." in browse.get("matching.proposals", tier="B").text
    none = browse.get("matching.proposals", tier="A")
    assert "Không có đề xuất nào hợp điều kiện lọc" in none.text


def test_opening_the_list_stamps_all_but_the_sample(signed_in, session, make_proposal, make_run):
    run = make_run()
    proposals = [make_proposal(run=run, opened_at=None) for _ in range(3)]

    signed_in().get("matching.proposals")

    session.expire_all()
    from app.matching.rules.decisions import is_in_sample

    for proposal in proposals:
        opened = session.get_one(Proposal, proposal.id).opened_at is not None
        assert opened is not is_in_sample(run.id, proposal.id)


def test_an_officer_puts_proposals_forward(signed_in, session, make_proposal, cast):
    proposal = make_proposal()
    browse = signed_in("minh")
    page = browse.get("matching.proposals")

    browse.submit(page, {"proposal": [str(proposal.id)]}, to="/proposals/put-forward")

    session.expire_all()
    assert session.get_one(Proposal, proposal.id).put_forward_by == cast.minh.account_id


def test_an_officer_changes_a_proposal_to_another_need(
    signed_in, session, make_proposal, make_open_need
):
    proposal, other = make_proposal(), make_open_need()
    _left_without(session, proposal, other)
    browse = signed_in("minh")
    page = browse.get("matching.change", proposal_id=proposal.id)
    assert other.code in page.text

    form = {"units": "1", "need_code": other.code, "reason": "Hộ kia gấp hơn"}
    answer = browse.submit(page, form, to="/change")

    assert "Cán bộ đã đổi: Hộ kia gấp hơn" in browse.follow(answer).text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("superseded", "Đã có lượt ghép nối mới hơn, đề xuất này không còn dùng."),
        ("accepted", "Đề xuất này đã có người quyết định."),
    ],
)
def test_what_cannot_be_changed_any_more_offers_no_form(signed_in, make_proposal, state, words):
    proposal = make_proposal(state=state)

    page = signed_in("minh").get("matching.change", proposal_id=proposal.id)

    assert words in page.text
    assert "Đổi đề xuất" not in [button.text for button in page.all("button")]
    assert page.link("Xem nhu cầu này được gì")


def test_a_proposal_of_one_unit_is_told_that_it_cannot_be_made_smaller(signed_in, make_proposal):
    proposal = make_proposal(units=1)
    browse = signed_in("minh")
    page = browse.get("matching.change", proposal_id=proposal.id)

    typed = {"units": "1", "need_code": "", "reason": "Hộ đã nhận nơi khác"}
    again = browse.submit(page, typed, to="/change", expect=422)

    assert "Chỉ có 1 phần nên không bớt được" in again.text
    assert "Hộ đã nhận nơi khác" in again.text


@pytest.mark.parametrize("decision", ["accept", "decline"])
def test_what_another_decided_meanwhile_is_said_with_its_reason(
    signed_in, session, make_proposal, decision
):
    gone, other = make_proposal(), make_proposal()
    browse = signed_in("tam")
    page = browse.get("matching.proposals")
    session.query(Proposal).filter_by(id=gone.id).update({"state": "declined"})
    session.flush()

    typed = {"proposal": [str(gone.id)], "decision": decision, "reason": "Đã nhận nơi khác"}
    told = browse.follow(browse.submit(page, typed, to="/proposals/decide"))

    why = "1 đề xuất chưa quyết định được: Đề xuất này đã có người quyết định."
    assert why in told.text
    assert "0 đề xuất." not in told.text
    assert other.id in {
        proposal.id for proposal in session.query(Proposal).filter_by(state="proposed")
    }


def test_a_project_that_several_pledges_pay_for_is_told_as_one_decision(
    signed_in, session, make_proposal
):
    together = {"code": PAID_TOGETHER, "facts": {"tier": "A", "cost": 1_000_000, "parts": []}}
    first = make_proposal(reason=together)
    run, need = session.get(MatchRun, first.run_id), session.get(Need, first.need_id)
    make_proposal(run=run, need=need, reason=together)
    browse = signed_in()
    page = browse.get("matching.proposals")

    typed = {"proposal": [str(first.id)], "decision": "decline", "reason": "Nhà đã sửa xong"}
    told = browse.follow(browse.submit(page, typed, to="/proposals/decide"))

    assert "Không chọn 1 đề xuất." in told.text


def _left_without(session, proposal, need):
    reason = {"code": "needier-took-it", "facts": {"tier": "C", "cutoff": "B"}}
    session.add(
        Unmatched(
            run_id=proposal.run_id, ward_code=need.ward_code, need_id=need.id, units=1,
            reason=reason,
        )
    )  # fmt: skip
    session.flush()


def test_a_need_without_a_proposal_reads_why(signed_in, session, make_proposal, make_open_need):
    need = make_open_need()
    _left_without(session, make_proposal(), need)

    page = signed_in().get("matching.why_need", need_id=need.id)

    assert "đã dành cho hộ ở mức ưu tiên B trở lên" in page.text


def test_a_line_without_a_place_reads_which_rule_stands_in_the_way(
    signed_in, session, make_line, make_run
):
    line = make_line()
    reason = {"code": "no-need-fits", "facts": {"by_rule": {"spec": 11, "group": 2}}}
    session.add(
        Unmatched(
            run_id=make_run().id, ward_code="00364", pledge_line_id=line.id, units=3, reason=reason
        )
    )

    page = signed_in().get("matching.why_line", line_id=line.id)

    assert "11 phần chỉ vướng đúng một điều kiện: cỡ hoặc quy cách." in page.text


def test_the_policy_explains_each_number(signed_in, make_line):
    make_line()

    page = signed_in().get("matching.policy")

    assert "Cứ chờ đủ 30 ngày thêm 1 điểm" in page.text


def test_an_allocation_is_released_with_a_reason(signed_in, session, make_proposal, cast):
    outcome = actions.accept_proposals(session, cast.tam, [make_proposal().id], now=now())
    allocation_id = outcome.allocation_ids[0]
    browse = signed_in()
    page = browse.get("matching.allocation", allocation_id=allocation_id)

    browse.submit(page, {"reason": "Hộ chuyển đi"}, to="/release")

    session.expire_all()
    assert session.get_one(Allocation, allocation_id).state == "released"


@pytest.mark.parametrize("endpoint", ["proposals", "runs", "policy", "shortages"])
def test_every_list_is_there_in_english(signed_in, make_proposal, client, endpoint):
    make_proposal()
    browse = signed_in()
    client.set_cookie("nc-lang", "en")

    page = browse.get(f"matching.{endpoint}")

    assert "Đề xuất" not in page.text


def test_a_run_that_found_nothing_to_look_at_says_so_and_offers_nothing_to_decide(
    signed_in, make_run
):
    nothing = {"kinds": {}, "areas": [], "safe_groups": [], "fairness": {"least": 0, "gini": 0}}
    counts = dict.fromkeys(("needs", "asked", "proposed", "households", "barred"), 0)
    run = make_run(figures={**nothing, **counts, "lines": 1, "offered": 40})

    page = signed_in().get("matching.run", run_id=run.id)

    assert "Lúc ấy không có nhu cầu nào đang mở để xét" in page.text
    assert "Có công bằng không" not in page.text
    assert "chờ quyết định" not in page.text
