"""Planning a day, moving it, calling it off, opening and closing it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor, Role
from app.audit.actions import Subject, record
from app.handovers.actions.telling import tell_change
from app.handovers.models import Appointment, HandoverDay
from app.handovers.queries import DayRow, day_for, hold_day
from app.handovers.queries.people import ToTell, people_to_tell
from app.handovers.rules import (
    DAY_TRANSITIONS,
    LIVE,
    AppointmentState,
    DayDraft,
    DayState,
    day_refusal,
    may_run,
    moved_slot,
)
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.ids import new_code, new_id

MOST_REASON = 500


@dataclass(frozen=True, slots=True)
class Read:
    """A day as the person read it: a change of what was not read is refused."""

    day_id: str
    version: int


def plan_day(session: Session, actor: Actor, draft: DayDraft, *, now: datetime) -> str:
    """Plan a day of the actor's ward; returns its id. Raises DomainError with day_refusal()."""
    refusal = day_refusal(draft, now)
    if refusal is not None or actor.home_ward is None:
        raise DomainError(refusal or "no-ward")
    day = HandoverDay(
        id=new_id(),
        code=new_code("BT"),
        ward_code=actor.home_ward,
        title=draft.title,
        place=draft.place,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        created_by=actor.account_id or "",
    )
    session.add(day)
    session.flush()
    facts = {"place": draft.place, "starts_at": draft.starts_at, "ends_at": draft.ends_at}
    record(
        session, actor, "plan-day", Subject("handover-day", day.id, day.ward_code), changes=facts
    )
    return day.id


def change_day(
    session: Session, actor: Actor, read: Read, draft: DayDraft, *, now: datetime
) -> int:
    """Change time or place; tells those not yet done; returns how many households.

    A new title alone tells nobody. Raises NotFound; DomainError with day_refusal();
    Conflict("day-changed-meanwhile") for a stale version or a day that is over.
    """
    day = day_for(session, actor, read.day_id)
    refusal = day_refusal(draft, now)
    if refusal is not None:
        raise DomainError(refusal)
    values = {
        "title": draft.title,
        "place": draft.place,
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
    }
    _next_version(session, read, (DayState.PLANNED, DayState.OPEN), values)
    changes = {k: [getattr(day, k), v] for k, v in values.items() if getattr(day, k) != v}
    record(session, actor, "change-day", _subject(day), changes=changes)
    if not {"place", "starts_at", "ends_at"} & set(changes):
        return 0
    _move_slots(session, day, draft)
    return _tell(session, day.id, draft.place, read.version + 1)


def _move_slots(session: Session, day: DayRow, draft: DayDraft) -> None:
    """Give each appointment that is still to come its slot in the new day.

    In one statement: a slot moved onto another's old time must not be moved twice.
    """
    live = (Appointment.day_id == day.id, Appointment.state.in_(LIVE))
    rows = session.scalars(select(Appointment).where(*live).with_for_update())
    for appointment in rows:
        appointment.slot_at = moved_slot(appointment.slot_at, day.starts_at, draft)
        appointment.state = AppointmentState.CHANGED.value
    session.flush()


def cancel_day(session: Session, actor: Actor, read: Read, reason: str, *, now: datetime) -> int:
    """Call a day off and tell all who were invited; returns how many households.

    Raises DomainError("reason-needed"); Conflict("day-has-handovers") once something was given.
    """
    day = hold_day(session, actor, read.day_id)
    if not reason.strip():
        raise DomainError("reason-needed")
    if day.done:
        raise Conflict("day-has-handovers")
    people = people_to_tell(session, day.id)
    _next_version(session, read, _before(DayState.CANCELLED), {"state": DayState.CANCELLED.value})
    _end_live(session, day.id, AppointmentState.CANCELLED)
    record(session, actor, "cancel-day", _subject(day), reason=reason[:MOST_REASON])
    if day.ends_at > now:
        _tell_all(session, people, day.place, read.version + 1, cancelled=True)
    return len(people)


def open_day(session: Session, actor: Actor, day_id: str) -> None:
    """Begin handing over: from now on helpers see who is expected.

    A closed day may be opened again by an officer, for what was forgotten. Raises NotFound;
    Conflict("day-changed-meanwhile").
    """
    day = day_for(session, actor, day_id)
    if not may_run(actor.role) or (
        day.state is DayState.CLOSED and actor.role is not Role.WARD_OFFICER
    ):
        raise NotFound("page")
    _next_version(
        session, Read(day.id, day.version), _before(DayState.OPEN), {"state": DayState.OPEN.value}
    )
    record(session, actor, "open-day", _subject(day))


def close_day(session: Session, actor: Actor, day_id: str) -> int:
    """End handing over; who did not come is noted as missed; returns how many parcels.

    Their allocations wait for an invitation again. Raises as open_day().
    """
    day = day_for(session, actor, day_id)
    if not may_run(actor.role):
        raise NotFound("page")
    read = Read(day.id, day.version)
    _next_version(session, read, _before(DayState.CLOSED), {"state": DayState.CLOSED.value})
    missed = _end_live(session, day.id, AppointmentState.MISSED)
    record(session, actor, "close-day", _subject(day), changes={"missed": missed})
    return missed


def _before(state: DayState) -> tuple[DayState, ...]:
    return tuple(s for s in DayState if state in DAY_TRANSITIONS[s])


def _next_version(
    session: Session, read: Read, states: tuple[DayState, ...], values: dict[str, object]
) -> None:
    statement = (
        update(HandoverDay)
        .where(
            HandoverDay.id == read.day_id,
            HandoverDay.version == read.version,
            HandoverDay.state.in_(states),
        )
        .values(version=HandoverDay.version + 1, **values)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("day-changed-meanwhile")


def _end_live(session: Session, day_id: str, state: AppointmentState) -> int:
    live = (Appointment.day_id == day_id, Appointment.state.in_(LIVE))
    return rows_changed(session, update(Appointment).where(*live).values(state=state.value))


def _tell(session: Session, day_id: str, place: str, version: int) -> int:
    people = people_to_tell(session, day_id)
    _tell_all(session, people, place, version, cancelled=False)
    return len(people)


def _tell_all(
    session: Session, people: list[ToTell], place: str, version: int, *, cancelled: bool
) -> None:
    for person in people:
        tell_change(
            session,
            person.household_id,
            (person.appointment_id, person.code),
            person.slot_at,
            place,
            version=version,
            cancelled=cancelled,
        )


def _subject(day: DayRow) -> Subject:
    return Subject("handover-day", day.id, day.ward_code)
