"""Slots of a day, what may be planned, and who sees the roster."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.accounts.rules import Role
from app.handovers.rules import (
    HOUSEHOLDS_A_SLOT,
    DayDraft,
    DayState,
    day_refusal,
    is_to_remind,
    moved_slot,
    remind_at,
    reminder_cause,
    sees_roster,
    slots_for,
    slots_left,
    slots_of,
)
from app.kernel.clock import VIETNAM

START = datetime(2026, 11, 28, 1, tzinfo=UTC)


def hours(n):
    return timedelta(hours=n)


END = START + hours(3)


def day(starts_at=START, ends_at=END):
    return DayDraft("Quà Tết", "Nhà văn hoá", starts_at, ends_at)


def test_a_morning_of_three_hours_has_six_slots():
    assert len(slots_of(START, START + hours(3))) == 6


def test_a_day_of_ten_minutes_has_one_slot():
    assert slots_of(START, START + timedelta(minutes=10)) == [START]


def test_households_fill_the_earliest_slot_first():
    slots = slots_of(START, START + hours(1))
    households = [f"h{n}" for n in range(HOUSEHOLDS_A_SLOT)]

    given = slots_for([*households, "last"], [], slots)

    assert {given[h] for h in households} == {slots[0]}
    assert given["last"] == slots[1]


def test_those_invited_before_take_their_room():
    slots = slots_of(START, START + hours(1))

    given = slots_for(["h"], [slots[0]] * HOUSEHOLDS_A_SLOT, slots)

    assert given == {"h": slots[1]}


def test_nobody_is_invited_to_a_time_that_is_over():
    slots = slots_of(START, START + hours(2))

    assert slots_left(slots, START + timedelta(minutes=45)) == slots[1:]


def test_a_full_day_invites_nobody_rather_than_some():
    slots = slots_of(START, START + timedelta(minutes=30))

    assert slots_for(["h"], slots * HOUSEHOLDS_A_SLOT, slots) is None


def test_a_moved_day_keeps_the_order_of_its_slots():
    tomorrow = day(START + hours(25), START + hours(26))

    assert moved_slot(START, START, tomorrow) == START + hours(25)
    assert moved_slot(START + hours(2), START, tomorrow) == START + timedelta(hours=25, minutes=30)


@pytest.mark.parametrize(
    ("starts", "ends", "refusal"),
    [
        (0, 3, None),
        (0, 0, "day-ends-before-start"),
        (0, -1, "day-ends-before-start"),
        (0, 15, "day-too-long"),
        (-30, -27, "day-in-the-past"),
        (-1, 1, None),
    ],
)
def test_a_day_is_planned_only_where_it_can_happen(starts, ends, refusal):
    draft = day(START + hours(starts), START + hours(ends))

    assert day_refusal(draft, now=START) == refusal


def test_helpers_see_the_roster_only_while_the_day_is_open():
    assert sees_roster(Role.VOLUNTEER, DayState.OPEN)
    assert not sees_roster(Role.VOLUNTEER, DayState.PLANNED)
    assert not sees_roster(Role.EVENT_LEAD, DayState.CLOSED)
    assert sees_roster(Role.WARD_OFFICER, DayState.PLANNED)


SLOT = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("invited_at", "expected"),
    [
        (datetime(2026, 11, 26, 16, 59, tzinfo=UTC), True),
        # 27/11 has begun in Vietnam: the household has just been told.
        (datetime(2026, 11, 26, 17, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 27, 9, 0, tzinfo=UTC), False),
    ],
)
def test_who_was_told_on_the_eve_is_not_reminded(invited_at, expected):
    assert is_to_remind(SLOT, invited_at, date(2026, 11, 28)) is expected


def test_a_slot_of_another_day_is_not_reminded_of():
    assert not is_to_remind(SLOT, SLOT - timedelta(days=9), date(2026, 11, 29))


def test_reminders_go_out_at_eight_on_the_day_before():
    assert remind_at(SLOT) == datetime(2026, 11, 27, 1, 0, tzinfo=UTC)


def test_a_moved_appointment_is_another_cause_whatever_the_zone_it_is_read_in():
    moved = reminder_cause("a", SLOT + timedelta(hours=1))

    assert reminder_cause("a", SLOT) == reminder_cause("a", SLOT.astimezone(VIETNAM)) != moved
