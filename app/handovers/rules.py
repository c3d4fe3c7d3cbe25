"""Handovers, pure: states of days and appointments, slots of a day, who sees and runs one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from app.accounts.rules import Role
from app.kernel.clock import VIETNAM, local_day


class DayState(StrEnum):
    """planned -> open -> closed; planned | open -> cancelled; closed -> open for corrections."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class AppointmentState(StrEnum):
    """invited -> changed | done | missed | cancelled; done -> invited | missed when returned."""

    INVITED = "invited"
    CHANGED = "changed"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Receiver(StrEnum):
    """Who took the parcel."""

    HOUSEHOLD = "household"
    PROXY = "proxy"


class Method(StrEnum):
    """How the second person made sure."""

    SIGNED_LIST = "signed-list"
    PHONE_CALL = "phone-call"
    VISIT = "visit"


LIVE = (AppointmentState.INVITED, AppointmentState.CHANGED)
_D, _A = DayState, AppointmentState
DAY_TRANSITIONS: Mapping[DayState, frozenset[DayState]] = MappingProxyType(
    {
        _D.PLANNED: frozenset({_D.OPEN, _D.CANCELLED}),
        _D.OPEN: frozenset({_D.CLOSED, _D.CANCELLED}),
        _D.CLOSED: frozenset({_D.OPEN}),
        _D.CANCELLED: frozenset(),
    }
)

# The usual practice: half an hour, 25 households (DOMAIN.md, 7).
SLOT = timedelta(minutes=30)
HOUSEHOLDS_A_SLOT = 25
LONGEST_DAY = timedelta(hours=14)
# In Vietnam, on the day before: a morning leaves a household the day to arrange itself.
REMIND_HOUR = 8


@dataclass(frozen=True, slots=True)
class DayDraft:
    """A day as typed: aware instants, the end after the start."""

    title: str
    place: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class HandOverDraft:
    """What is given now: units by appointment id, none of them zero, and who takes it."""

    units: Mapping[str, int]
    receiver: Receiver
    proxy_name: str | None = None
    proxy_relation: str | None = None


def slots_of(starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """The beginnings of a day's slots; a last slot shorter than half an hour counts."""
    count = max(1, -(-(ends_at - starts_at) // SLOT))
    return [starts_at + SLOT * n for n in range(count)]


def slots_left(slots: Sequence[datetime], now: datetime) -> list[datetime]:
    """Those of a day's slots that are not over yet."""
    return [slot for slot in slots if slot + SLOT > now]


def slots_for(
    households: Sequence[str], taken: Iterable[datetime], slots: Sequence[datetime]
) -> dict[str, datetime] | None:
    """A slot for each household in the order given, the earliest with room first.

    taken: the slots of households that are invited already, one entry each. None if the day
    has no room for all of them.
    """
    room = dict.fromkeys(slots, HOUSEHOLDS_A_SLOT)
    for slot in taken:
        room[slot] = room.get(slot, 0) - 1
    free = [slot for slot in slots for _ in range(max(0, room[slot]))]
    if len(free) < len(households):
        return None
    return dict(zip(households, free, strict=False))


def moved_slot(slot_at: datetime, old_start: datetime, draft: DayDraft) -> datetime:
    """Where a slot goes when its day moves: as far from the start, within the new day."""
    slots = slots_of(draft.starts_at, draft.ends_at)
    return min(max(draft.starts_at + (slot_at - old_start), slots[0]), slots[-1])


def is_to_remind(slot_at: datetime, invited_at: datetime, on: date) -> bool:
    """Whether a household is reminded of this slot on the day before `on`.

    Who was invited on that day, or later, has just been told.
    """
    return local_day(slot_at) == on and local_day(invited_at) < on - timedelta(days=1)


def remind_at(starts_at: datetime) -> datetime:
    """When those of a day are reminded: in the morning of the day before, in Vietnam."""
    return datetime.combine(local_day(starts_at) - timedelta(days=1), time(REMIND_HOUR), VIETNAM)


def reminder_cause(appointment_id: str, slot_at: datetime) -> str:
    """What a reminder is of: one for an appointment and its time, so that a moved one is anew."""
    return f"{appointment_id}:{slot_at.astimezone(UTC).isoformat()}"


def day_refusal(draft: DayDraft, now: datetime) -> str | None:
    """Why a day may not be planned so, as an error code, or None."""
    if draft.ends_at <= draft.starts_at:
        return "day-ends-before-start"
    if draft.ends_at - draft.starts_at > LONGEST_DAY:
        return "day-too-long"
    if draft.ends_at <= now:
        return "day-in-the-past"
    return None


def sees_roster(role: Role, state: DayState) -> bool:
    """Whether a role may see who is expected: helpers only while the day is open."""
    return role in {Role.WARD_OFFICER, Role.WARD_APPROVER} or state is DayState.OPEN


def may_run(role: Role) -> bool:
    """Whether a role opens and closes a day: officers, and the lead of its helpers."""
    return role in {Role.WARD_OFFICER, Role.EVENT_LEAD}
