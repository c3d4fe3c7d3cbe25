"""Reminders of tomorrow's appointments: who is reminded, once, and of what a day's page tells."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from app.handovers import actions, queries
from app.handovers.actions.days import Read
from app.handovers.models import Appointment
from app.handovers.rules import DayDraft, DayState, HandOverDraft, Receiver
from app.kernel.clock import VIETNAM, now, today
from app.notices.models import Notice
from app.notices.rules import NoticeState

REMINDER = Notice.template == "appointment-reminder"
TOMORROW = today() + timedelta(days=1)
START = datetime.combine(TOMORROW, time(8), VIETNAM)
EARLIER = now() - timedelta(days=3)


@pytest.fixture
def day(make_day):
    return make_day(starts_at=START, ends_at=START + timedelta(hours=3), state="planned")


@pytest.fixture
def invite(session, cast, day, make_allocation):
    """Invite a household, three days ago unless said otherwise; its allocation."""

    def do(invited_at=EARLIER):
        allocation = make_allocation()
        actions.invite(session, cast.minh, day.id, [allocation.id], now=now())
        mine = Appointment.allocation_id == allocation.id
        session.execute(update(Appointment).where(mine).values(created_at=invited_at))
        return allocation

    return do


@pytest.fixture
def remind(session, day):
    """Do what the job does for this day; how many reminders there are then."""

    def do(on=TOMORROW):
        actions.remind_visits_of(session, day.id, day.place, on=on)
        return len(session.scalars(select(Notice.id).where(REMINDER)).all())

    return do


def the_day(session, cast, day):
    return queries.day_for(session, cast.minh, day.id)


def test_who_is_expected_tomorrow_is_reminded_once(session, invite, remind):
    invite()

    assert (remind(), remind()) == (1, 1)
    notice = session.scalars(select(Notice).where(REMINDER)).one()
    assert notice.parameters["place"] == "Nhà văn hoá tổ 12"
    assert datetime.fromisoformat(str(notice.parameters["at"])) == START


@pytest.fixture
def two_parcels(session, invite, cast, day, make_allocation):
    """A household is invited to collect two of them."""
    first, second = invite(), make_allocation(kind_code="xe_lan", household=None)
    second.household_id = first.household_id
    session.flush()
    actions.invite(session, cast.minh, day.id, [second.id], now=now())
    session.execute(update(Appointment).values(created_at=EARLIER))


def test_two_parcels_of_one_household_make_one_reminder(two_parcels, remind):
    assert remind() == 1


def test_who_was_invited_today_has_just_been_told(invite, remind):
    invite(invited_at=now())

    assert remind() == 0


def test_other_days_are_left_for_their_own_eve(invite, remind):
    invite()

    assert remind(on=TOMORROW + timedelta(days=1)) == 0


def test_a_cancelled_appointment_is_not_reminded_of(session, cast, day, invite, remind):
    invite()
    appointment = session.scalars(select(Appointment.id)).one()
    actions.cancel_appointment(session, cast.minh, day.id, appointment, reason="Chuyển nhà")

    assert remind() == 0


def test_who_has_received_already_is_not_reminded(session, cast, day, invite, remind):
    invite()
    day.state = DayState.OPEN.value
    session.flush()
    appointment = session.scalars(select(Appointment.id)).one()
    draft = HandOverDraft({appointment: 1}, Receiver.HOUSEHOLD)
    actions.hand_over(session, cast.minh, day.id, draft, now=now())

    assert remind() == 0


def test_a_moved_appointment_is_reminded_of_anew(session, cast, day, invite, remind):
    invite()
    remind()
    later = timedelta(days=1)
    draft = DayDraft(day.title, day.place, START + later, START + later + timedelta(hours=3))
    actions.change_day(session, cast.minh, Read(day.id, day.version), draft, now=now())

    assert remind(on=TOMORROW + later) == 2


def test_the_next_day_to_remind_is_found_in_any_order(session, day, invite):
    invite()

    assert queries.next_day_to_remind(session, TOMORROW, "") == (day.id, day.place)
    assert queries.next_day_to_remind(session, TOMORROW, day.id) is None
    assert queries.next_day_to_remind(session, TOMORROW + timedelta(days=1), "") is None


def test_a_day_tells_how_many_will_be_reminded_and_then_what_came_of_it(
    session, cast, day, invite, remind
):
    invite()
    before = queries.reminders_of(session, the_day(session, cast, day))
    remind()
    owed = queries.reminders_of(session, the_day(session, cast, day))
    session.execute(update(Notice).where(REMINDER).values(state="sent", sent_at=now()))
    waits = queries.reminders_of(session, the_day(session, cast, day))
    session.execute(update(Notice).where(REMINDER).values(read_at=now()))
    told = queries.reminders_of(session, the_day(session, cast, day))

    assert (before.households, before.owed) == (1, 0)
    assert before.at == datetime.combine(today(), time(8), VIETNAM)
    # A household without a telephone: its reminder is told in person.
    assert owed.results == {NoticeState.QUEUED: 1}
    assert (waits.told, waits.to_tell) == (0, 1)
    assert (told.told, told.to_tell, told.owed) == (1, 0, 1)
