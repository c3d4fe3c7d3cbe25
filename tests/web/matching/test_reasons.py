"""Why this household, why not that one: from the run, the need and the household."""

import pytest

from app.audit.models import AuditEvent
from app.matching.models import Unmatched

LOST = {"code": "needier-took-it", "facts": {"tier": "C", "cutoff": "B"}}
MISFIT = {"code": "no-line-fits", "facts": {"by_rule": {"spec": 3}}}


@pytest.fixture
def left(session, make_open_need, make_run):
    """A run that left two needs out, each for another reason; run and needs."""
    run, needs = make_run(figures={}), [make_open_need(), make_open_need()]
    for need, reason in zip(needs, (LOST, MISFIT), strict=True):
        row = {"ward_code": need.ward_code, "need_id": need.id, "units": 1, "reason": reason}
        session.add(Unmatched(run_id=run.id, **row))
    session.flush()
    return run, needs


def test_a_run_counts_the_needs_it_left_out_by_reason(signed_in, left):
    run, needs = left
    browse = signed_in()

    page = browse.get("matching.run", run_id=run.id)
    assert "Nhường hộ cần hơn : 1" in page.text or "Nhường hộ cần hơn: 1" in page.text
    page = browse.get("matching.left_out", run_id=run.id, reason="needier-took-it")

    assert needs[0].code in page.text
    assert needs[1].code not in page.text
    assert "đã dành cho hộ ở mức ưu tiên B trở lên" in page.text


def test_what_a_run_left_out_elsewhere_is_not_told(signed_in, left):
    run, _needs = left

    signed_in("hoa").get("matching.left_out", expect=404, run_id=run.id)


def test_a_household_reads_the_reasons_of_all_its_needs_and_the_journal_notes_it(
    signed_in, session, left
):
    _run, needs = left

    page = signed_in().get("matching.why_household", household_id=needs[1].household_id)

    assert "3 phần chỉ vướng đúng một điều kiện: cỡ hoặc quy cách." in page.text
    seen = session.query(AuditEvent).filter_by(action="view-reasons").all()
    assert [event.object_id for event in seen] == [needs[1].household_id]


def test_a_look_at_the_reasons_stands_in_words_in_both_histories(signed_in, left):
    _run, needs = left
    browse = signed_in()
    browse.get("matching.why_need", need_id=needs[0].id)
    browse.get("matching.why_household", household_id=needs[0].household_id)

    of_need = browse.get("needs.show", need_id=needs[0].id)
    of_home = browse.get("households.show", household_id=needs[0].household_id, part="history")

    for page in (of_need, of_home):
        assert page.says("Xem lý do ghép nối")
        assert "view-reasons" not in page.text


def test_another_wards_household_looks_like_none(signed_in, left):
    _run, needs = left

    signed_in("hoa").get("matching.why_household", expect=404, household_id=needs[0].household_id)


def test_a_cut_off_of_the_same_tier_is_no_needier_household(session, signed_in, left):
    _run, needs = left
    row = session.query(Unmatched).filter_by(need_id=needs[0].id).one()
    row.reason = {"code": "needier-took-it", "facts": {"tier": "E", "cutoff": "E"}}
    session.flush()

    page = signed_in().get("matching.why_need", need_id=needs[0].id)

    assert "những hộ khác phải bớt nhiều hơn thế" in page.text
    assert "trở lên" not in page.text


def test_a_need_that_no_run_has_seen_says_when_it_will_be(signed_in, make_open_need):
    page = signed_in().get("matching.why_need", need_id=make_open_need().id)

    assert "lượt đêm nay sẽ xét" in page.text
