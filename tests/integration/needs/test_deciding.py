"""A need's way: written by one, verified by another, approved by a third; each step guarded."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.infra.crypto import cipher
from app.infra.models import Job
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, DomainError, NotFound
from app.needs import actions, queries
from app.needs.models import Need, NeedCard
from app.notices.models import Notice


def state_of(session, need_id):
    session.expire_all()
    return session.get_one(Need, need_id).state


def refused(action, *args, **facts):
    with pytest.raises(DomainError) as refusal:
        action(*args, **facts)
    return refusal.value.code


def test_a_need_is_opened_by_three_people(session, make_need):
    need_id = make_need("approved")

    need = session.get_one(Need, need_id)

    assert need.state == "approved"
    assert len({need.created_by, need.verified_by, need.approved_by}) == 3


def test_who_registered_a_dear_need_does_not_verify_it(session, cast, make_need):
    need_id = make_need("submitted", kind_code="xe_lan")

    assert refused(actions.verify_need, session, cast.minh, need_id, now=now()) == "own-work"
    assert state_of(session, need_id) == "submitted"


def test_who_registered_a_small_gift_may_verify_it(session, cast, make_need):
    need_id = make_need("submitted")

    actions.verify_need(session, cast.minh, need_id, now=now())

    assert state_of(session, need_id) == "verified"


@pytest.mark.parametrize(("urgency", "is_asked"), [(1, False), (2, True), (3, True)])
def test_an_urgent_need_is_looked_for_as_it_is_approved(session, make_need, urgency, is_asked):
    need_id = make_need("approved", urgency=urgency)

    jobs = session.scalars(select(Job.arg).where(Job.name == "place-need")).all()
    assert jobs == ([need_id] if is_asked else [])


def test_who_verified_does_not_approve(session, duc, make_need):
    need_id = make_need("verified")

    assert refused(actions.approve_need, session, duc, need_id, now=now()) == "own-work"


def test_the_database_itself_refuses_one_pair_of_eyes(session, make_need):
    need_id = make_need("verified")
    statement = text("update need set state = 'approved', approved_by = verified_by where id = :id")

    with pytest.raises(IntegrityError, match="four_eyes"):
        session.execute(statement, {"id": need_id})


def test_what_lacks_evidence_is_not_verified(session, duc, make_need):
    need_id = make_need("submitted", kind_code="xe_lan", evidence=("measured",))

    assert refused(actions.verify_need, session, duc, need_id, now=now()) == "evidence-missing"


def test_who_has_pressure_sores_is_referred_and_not_matched(session, duc, make_need):
    spec = {"type": "standard", "hip_cm": 37, "pressure_sores": True}
    need_id = make_need("submitted", kind_code="xe_lan", spec=spec)

    assert refused(actions.verify_need, session, duc, need_id, now=now()) == "referred"


def test_nobody_decides_on_their_own_home(session, duc, make_home, make_need):
    need_id = make_need("submitted", home=make_home(phone="+84912345678"))
    account = session.get_one(Account, duc.account_id)
    account.phone = cipher().encrypt("+84912345678", f"account.phone:{account.id}")

    assert refused(actions.verify_need, session, duc, need_id, now=now()) == "own-household"


def test_without_a_fact_in_force_nothing_is_approved(session, cast, make_need, make_household):
    need_id = make_need("verified", home=make_household())

    assert refused(actions.approve_need, session, cast.tam, need_id, now=now()) == (
        "standing-needed"
    )


def test_an_officer_of_another_ward_finds_no_such_need(session, cast, make_need):
    need_id = make_need("submitted")

    with pytest.raises(NotFound):
        actions.verify_need(session, cast.hoa, need_id, now=now())


def test_what_changed_since_it_was_read_is_not_decided_on(session, cast, make_need):
    need_id = make_need("verified")
    seen = queries.need_for(session, cast.tam, need_id).version
    actions.return_need(session, cast.tam, need_id, "Thiếu ảnh")
    actions.submit_need(session, cast.minh, need_id)

    with pytest.raises(Conflict):
        actions.approve_need(session, cast.tam, need_id, now=now(), seen=seen)


def test_a_returned_need_tells_its_author_once_and_forgets_its_verifier(session, cast, make_need):
    need_id = make_need("verified")

    actions.return_need(session, cast.tam, need_id, "Thiếu ảnh khảo sát")

    need = session.get_one(Need, need_id, populate_existing=True)
    assert (need.state, need.verified_by) == ("draft", None)
    told = session.scalars(select(Notice).where(Notice.recipient_id == cast.minh.account_id)).all()
    assert [n.template for n in told] == ["correction-asked"]


def test_a_stale_form_does_not_overwrite(session, cast, make_need, make_draft):
    need_id = make_need("draft")
    actions.change_need(session, cast.minh, need_id, 1, make_draft(urgency=2))

    code = refused(actions.change_need, session, cast.minh, need_id, 1, make_draft(urgency=3))

    assert code == "need-changed-meanwhile"
    assert session.get_one(Need, need_id, populate_existing=True).urgency == 2


def test_what_was_turned_down_stays_so(session, cast, duc, make_need):
    need_id = make_need("submitted")

    actions.reject_need(session, duc, need_id, "Đã được bảo trợ xã hội chi trả")

    assert state_of(session, need_id) == "rejected"
    with pytest.raises(Conflict):
        actions.submit_need(session, cast.minh, need_id)


def test_a_suspended_need_takes_nothing_until_it_is_taken_up(session, cast, make_need):
    need_id = make_need()
    actions.suspend_need(session, cast.tam, need_id, "Hộ đi vắng")
    with pytest.raises(Conflict):
        actions.cover(session, need_id, 1)

    actions.resume_need(session, cast.tam, need_id)
    actions.cover(session, need_id, 1)

    assert state_of(session, need_id) == "approved"


def test_what_is_promised_is_not_withdrawn(session, cast, make_need):
    need_id = make_need()
    actions.cover(session, need_id, 1)

    assert refused(actions.withdraw_need, session, cast.tam, need_id, "x") == "need-has-promises"


def test_a_need_past_its_day_expires_unless_something_is_promised(session, cast, make_need):
    late, kept = make_need(), make_need()
    actions.cover(session, kept, 1)
    tomorrow = today() + timedelta(days=61)

    assert actions.expire_needs(session, cast.tam, today=tomorrow) == 1

    assert (state_of(session, late), state_of(session, kept)) == ("expired", "approved")
    assert session.get_one(NeedCard, late).is_open is False


def test_many_are_decided_each_by_itself(session, cast, make_need, make_household):
    good = [make_need("verified") for _ in range(3)]
    bad = make_need("verified", home=make_household(name="Lê Thị Thử"))

    outcome = actions.decide_many(
        session, [*good, bad, good[0]], lambda n: actions.approve_need(
            session, cast.tam, n, now=now()
        )
    )  # fmt: skip

    assert (outcome.done, outcome.refused) == (3, {"standing-needed": 1})
    assert state_of(session, bad) == "verified"


def test_too_many_at_once_are_refused(session):
    ids = [f"n{number}" for number in range(201)]

    assert refused(actions.decide_many, session, ids, print) == "too-many-needs"
