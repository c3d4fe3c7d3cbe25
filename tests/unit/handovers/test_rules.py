"""Slots of a day, what may be planned, and who sees the roster."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.rules import Role
from app.handovers.rules import (
    HOUSEHOLDS_A_SLOT,
    DayDraft,
    DayState,
    day_refusal,
    moved_slot,
    sees_roster,
    slots_for,
    slots_left,
    slots_of,
)

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
