"""Days, invitations and their changes: who is told, and told once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.handovers import actions, queries
from app.handovers.actions.days import Read
from app.handovers.models import Appointment, HandoverDay
from app.handovers.rules import DayDraft, DayState
from app.kernel.clock import now
from app.kernel.errors import Conflict, DomainError, NotFound
from app.notices.models import Notice

SOON = timedelta(days=3)
# Donors are told of their gifts too; here it is about households.
AT_HOME = Notice.recipient_kind == "household"


@pytest.fixture
def draft():
    return DayDraft("Quà Tết", "Nhà văn hoá", now() + SOON, now() + SOON + timedelta(hours=3))


@pytest.fixture
def day(session, cast, draft):
    day_id = actions.plan_day(session, cast.minh, draft, now=now())
    return queries.day_for(session, cast.minh, day_id)


@pytest.fixture
def invited(session, cast, day, make_allocation):
    allocation = make_allocation()
    actions.invite(session, cast.minh, day.id, [allocation.id], now=now())
    return allocation


def told(session):
    """Template of each notice, in order."""
    return list(session.scalars(select(Notice.template).where(AT_HOME).order_by(Notice.id)))


def moved(draft, by=timedelta(days=1), place=None):
    return DayDraft(draft.title, place or draft.place, draft.starts_at + by, draft.ends_at + by)


def test_an_invitation_carries_code_time_and_place(session, day, invited):
    [notice] = session.scalars(select(Notice).where(AT_HOME)).all()

    appointment = session.scalars(select(Appointment)).one()
    assert notice.template == "invitation"
    assert notice.parameters["code"] == appointment.code
    assert notice.parameters["place"] == "Nhà văn hoá"
    assert appointment.slot_at == day.starts_at


def test_two_parcels_make_one_invitation_and_one_slot(session, cast, day, make_allocation):
    first = make_allocation()
    second = make_allocation(kind_code="xe_lan", household=None)
    second.household_id = first.household_id
    session.flush()

    invited = actions.invite(session, cast.minh, day.id, [first.id, second.id], now=now())

    assert (invited.households, invited.in_person) == (1, 1)
    assert told(session) == ["invitation"]
    assert len(set(session.scalars(select(Appointment.slot_at)))) == 1


def test_who_is_invited_already_is_not_invited_again(session, cast, day, invited):
    with pytest.raises(Conflict) as refused:
        actions.invite(session, cast.minh, day.id, [invited.id], now=now())

    assert refused.value.code == "already-invited"


def test_a_released_allocation_invites_nobody(session, cast, day, make_allocation):
    with pytest.raises(Conflict) as refused:
        actions.invite(session, cast.minh, day.id, ["gone"], now=now())

    assert refused.value.code == "allocation-gone"
    assert told(session) == []


def test_a_change_of_place_is_told_to_those_who_still_have_to_come(
    session, cast, day, draft, invited
):
    count = actions.change_day(
        session,
        cast.minh,
        Read(day.id, day.version),
        moved(draft, place="Trường tiểu học"),
        now=now(),
    )

    assert count == 1
    assert told(session) == ["invitation", "appointment-changed"]
    appointment = session.scalars(select(Appointment)).one()
    assert appointment.state == "changed"
    assert appointment.slot_at == draft.starts_at + timedelta(days=1)


def test_a_new_title_disturbs_nobody(session, cast, day, draft, invited):
    new = DayDraft("Quà xuân", draft.place, draft.starts_at, draft.ends_at)

    assert actions.change_day(session, cast.minh, Read(day.id, day.version), new, now=now()) == 0
    assert told(session) == ["invitation"]


def test_a_change_of_what_was_not_read_is_refused(session, cast, day, draft, invited):
    read = Read(day.id, day.version)
    actions.change_day(session, cast.minh, read, moved(draft), now=now())

    with pytest.raises(Conflict) as refused:
        actions.change_day(session, cast.minh, read, moved(draft, timedelta(days=2)), now=now())

    assert refused.value.code == "day-changed-meanwhile"


def test_a_cancelled_day_is_told_and_its_allocations_wait_again(session, cast, day, invited):
    actions.cancel_day(session, cast.minh, Read(day.id, day.version), "Mưa bão", now=now())

    notices = session.scalars(select(Notice).where(AT_HOME).order_by(Notice.id)).all()
    assert notices[1].parameters["cancelled"] is True
    waiting = queries.waiting_to_invite(session, cast.minh)
    assert [w.allocation.id for w in waiting] == [invited.id]


def test_one_appointment_is_taken_back_with_a_reason(session, cast, day, invited):
    appointment = session.scalars(select(Appointment.id)).one()

    actions.cancel_appointment(session, cast.minh, day.id, appointment, reason="Đã chuyển nhà")

    assert told(session) == ["invitation", "appointment-changed"]
    with pytest.raises(Conflict):
        actions.cancel_appointment(session, cast.minh, day.id, appointment, reason="Lần nữa")


def test_closing_notes_who_did_not_come(session, cast, day, invited):
    actions.open_day(session, cast.minh, day.id)

    assert actions.close_day(session, cast.minh, day.id) == 1

    assert session.scalars(select(Appointment.state)).one() == "missed"
    assert len(queries.waiting_to_invite(session, cast.minh)) == 1


def test_a_lead_opens_a_day_and_a_volunteer_does_not(session, day, make_actor):
    volunteer = make_actor(Role.VOLUNTEER, ward_code="00364")
    lead = make_actor(Role.EVENT_LEAD, ward_code="00364")

    with pytest.raises(NotFound):
        actions.open_day(session, volunteer, day.id)
    actions.open_day(session, lead, day.id)

    assert session.get(HandoverDay, day.id).state == DayState.OPEN


def test_a_day_without_room_invites_nobody(session, cast, make_day, make_allocation):
    start = now() + SOON
    short = make_day(starts_at=start, ends_at=start + timedelta(minutes=10), state="planned")
    allocations = [make_allocation().id for _ in range(26)]

    with pytest.raises(DomainError) as refused:
        actions.invite(session, cast.minh, short.id, allocations, now=now())

    assert refused.value.code == "day-has-no-room"
    assert told(session) == []


def test_the_roster_is_found_without_accents_and_by_code(session, cast, day, invited):
    code = session.scalars(select(Appointment.code)).one()

    assert [g.code for g in queries.roster(session, day, "tran thu")] == [code]
    assert [g.code for g in queries.roster(session, day, code.lower())] == [code]
    assert queries.roster(session, day, "nguyen") == []


def test_helpers_learn_the_first_name_only(session, day, invited):
    [guest] = queries.roster(session, day)

    assert guest.first_name == "Thử"
    assert not hasattr(guest, "head_name")
    assert "Trần" not in repr(guest)
