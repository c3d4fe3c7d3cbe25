"""The pages of the policy's versions: proposed by one, approved by another, in force from a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.kernel.clock import now, today
from app.kernel.ids import new_id
from app.matching.actions.runs import ensure_policy
from app.matching.models import Policy, PolicyComparison, RunSnapshot
from app.matching.queries.policy import load_policy


@pytest.fixture
def first(session, wards):
    """The policy that comes with the product, stored as version 1."""
    return ensure_policy(session, now=now())


def propose(browse, person, *, expect=303, **typed):
    browse.sign_in(person)
    page = browse.get("matching.new_policy")
    said = {"title": "Bản thử", "reason": "Việc gấp cần được xét sớm hơn."}
    data = said | {"urgency_points": "7"} | typed
    return browse.submit(page, data, to="/runs/policies/new", expect=expect)


def test_a_proposed_version_is_used_by_no_run_before_another_approves(browse, session, cast, first):
    answer = propose(browse, cast.minh, urgency_points="8")

    assert "Chờ người khác duyệt" in browse.follow(answer).text
    assert load_policy(session).version == first


def test_another_person_approves_and_the_version_holds(browse, session, cast, first):
    propose(browse, cast.minh, urgency_points="8")
    browse.sign_in(cast.tam)
    page = browse.get("matching.policy_version", version=2)
    assert "Điểm cho mỗi mức gấp" in page.text

    answer = browse.submit(page, to="/approve")

    assert "Đang áp dụng" in browse.follow(answer).text
    session.expire_all()
    held = load_policy(session)
    assert (held.version, held.rules.urgency_points) == (2, 8)
    assert held.rules.kinds == load_policy(session, 1).rules.kinds
    of_policy = select(AuditEvent.action).where(AuditEvent.object_kind == "policy")
    deeds = session.scalars(of_policy.order_by(AuditEvent.id))
    assert list(deeds) == ["propose-policy", "approve-policy"]


def test_a_floor_is_proposed_and_told_and_one_of_all_steps_is_refused(browse, session, cast, first):
    again = propose(browse, cast.minh, floor_brackets="10", expect=422)

    assert "Mức sàn phải nhỏ hơn số nấc (10)" in again.text
    page = browse.follow(propose(browse, cast.minh, floor_brackets="2"))
    assert "tổ dân phố nào chưa được 20% số cần thì được trước (2 nấc đầu trên 10)" in page.text
    assert "Mức sàn: số nấc đầu mọi tổ dân phố được trước" in page.text
    assert load_policy(session, 2).rules.floor_brackets == 2


def test_a_version_that_changes_nothing_or_begins_in_the_past_is_refused_and_kept(
    browse, cast, first
):
    same = propose(browse, cast.minh, urgency_points="6", expect=422)
    past = propose(browse, cast.minh, valid_from="2020-01-01", expect=422)

    assert "Chưa đổi số nào so với bản đang áp dụng." in same.text
    assert "Xin chọn hôm nay hoặc một ngày sau." in past.text
    for page in (same, past):
        assert "Việc gấp cần được xét sớm hơn." in page.text


def test_a_version_whose_day_passed_while_it_waited_holds_once_it_is_approved(
    browse, session, cast, first
):
    propose(browse, cast.minh)
    session.query(Policy).filter_by(version=2).update({"valid_from": today() - timedelta(days=30)})
    session.flush()

    browse.sign_in(cast.tam)
    page = browse.get("matching.policy_version", version=2)

    assert f"khi được duyệt (đề nghị từ {today() - timedelta(days=30):%d/%m/%Y})" in page.text
    assert f"từ ngày {today():%d/%m/%Y} trở đi sẽ dùng bản này" in page.text
    assert "khi được duyệt" in browse.get("matching.policies").text


def test_an_approved_version_waits_for_its_day(browse, session, cast, first):
    propose(browse, cast.minh, valid_from=(today() + timedelta(days=3)).isoformat())
    browse.sign_in(cast.tam)

    browse.submit(browse.get("matching.policy_version", version=2), to="/approve")

    assert load_policy(session).version == first
    assert "Đã duyệt, chưa đến ngày" in browse.get("matching.policies").text


def test_whoever_proposed_a_version_cannot_approve_it(browse, session, cast, first):
    propose(browse, cast.tam)

    page = browse.get("matching.policy_version", version=2)
    browse.post("matching.approve_policy", version=2, expect=422)

    assert "nên một người khác sẽ duyệt" in page.text
    session.expire_all()
    assert session.get_one(Policy, 2).approved_by is None


def test_a_contradiction_comes_back_with_its_words(browse, session, cast, first):
    browse.sign_in(cast.minh)
    page = browse.get("matching.new_policy")
    typed = {"title": "Bản thử", "reason": "Thử", "tier_from-1": "90", "tier_weights-0": "9" * 9}

    again = browse.submit(page, typed, to="/runs/policies/new", expect=422)

    assert "phải thấp hơn của mức A" in again.text
    assert "Trọng số quá lớn" in again.text
    assert session.scalars(select(Policy.version)).all() == [1]


def test_strangers_to_matching_find_no_policy_pages(browse, cast, first):
    browse.sign_in(cast.lan)

    browse.get("matching.policies", expect=404)
    browse.get("matching.new_policy", expect=404)


RESULT = {
    "totals": {
        name: {"units": 3, "needs": 3, "households": 3, "least": 0.5, "gini": 0.1, "price": 0.02}
        for name in ("before", "after")
    },
    "gained": [
        {
            "need": "NC-1", "need_id": "n1", "kind": "qua_tet", "groups": ["poor"],
            "composite": 60, "tier_before": "C", "tier_after": "B", "before": 0, "after": 1,
            "asked": 1,
        }
    ],
    "lost": [],
    "gained_count": 1,
    "lost_count": 0,
    "wards": [],
    "kinds": [{"id": "qua_tet", "asked": 5, "before": 2, "after": 3}],
    "areas": [{"id": "", "asked": 5, "before": 2, "after": 3}],
    "safe_groups": [{"id": "poor", "asked": 5, "before": 2, "after": 3}],
}  # fmt: skip


@pytest.fixture
def make_comparison(session, make_run, first):
    def make(**overrides):
        run = make_run()
        session.add(RunSnapshot(run_id=run.id, ward_code=run.ward_code, body=b""))
        values = {"id": new_id(), "ward_code": run.ward_code, "run_id": run.id, "version": first}
        row = PolicyComparison(**values | {"against": first} | overrides)
        session.add(row)
        session.flush()
        return row

    return make


def test_a_comparison_says_who_gains_and_how_even_it_is(browse, cast, make_comparison):
    row = make_comparison(result=RESULT)
    browse.sign_in(cast.tam)

    page = browse.get("matching.comparison", comparison_id=row.id)

    assert "NC-1" in page.text
    assert "C → B" in page.text
    assert "Không nhu cầu nào mất phần" in page.text
    assert "Giá của sự đều nhau" in page.text


def test_a_comparison_is_asked_for_from_a_drafts_page(browse, cast, make_comparison):
    make_comparison(result=RESULT)
    propose(browse, cast.minh)
    page = browse.get("matching.policy_version", version=2)

    answer = browse.submit(page, to="/compare")

    assert "Đang tính lại lượt cũ" in browse.follow(answer).text


def test_another_wards_staff_find_no_comparison(browse, cast, make_comparison):
    row = make_comparison(result=RESULT)
    browse.sign_in(cast.hoa)

    browse.get("matching.comparison", comparison_id=row.id, expect=404)


def test_a_versions_page_lists_what_was_tried_with_it(browse, cast, make_comparison):
    row = make_comparison(result=RESULT, requested_by=cast.minh.account_id)
    browse.sign_in(cast.tam)

    page = browse.get("matching.policy_version", version=1)

    assert f"/runs/comparisons/{row.id}" in page.html
    assert "1 nhu cầu được thêm, 0 mất phần" in page.text


def test_a_comparison_under_way_is_stopped_from_its_page(browse, session, cast, make_comparison):
    row = make_comparison()
    browse.sign_in(cast.minh)
    page = browse.get("matching.comparison", comparison_id=row.id)

    answer = browse.submit(page, to="/cancel")

    assert "Đã dừng theo yêu cầu" in browse.follow(answer).text
    browse.post("matching.cancel_comparison", comparison_id=row.id, expect=409)


def test_a_version_is_compared_only_with_others_over_ones_own_past(browse, cast, make_comparison):
    make_comparison()
    propose(browse, cast.minh)

    page = browse.post(
        "matching.compare_policy", {"against": "2", "past": "wards-01"}, version=2, expect=422
    )

    assert "Tính thử trên lượt cũ" in page.text


def test_a_province_reads_how_many_gain_and_not_who(browse, cast, make_comparison):
    place = {"ward_code": None, "province_code": "01", "run_id": None}
    wards = [
        {"id": code, "asked": 5, "before": 2, "after": 3, "gained": 1, "lost": 0}
        for code in ("00301", "00364")
    ]
    row = make_comparison(result={**RESULT, "wards": wards}, **place)
    of_ward = make_comparison(result=RESULT)
    browse.sign_in(cast.quan)

    page = browse.get("matching.comparison", comparison_id=row.id)
    other = browse.get("matching.comparison", comparison_id=of_ward.id)

    assert "Phường A" in page.text
    assert "ở đây chỉ có số lượng" in page.text
    assert "NC-1" not in page.text + other.text
    browse.sign_in(cast.minh)
    browse.get("matching.comparison", comparison_id=row.id, expect=404)
