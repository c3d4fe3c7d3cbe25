"""Inviting households to a day, and taking an invitation back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.handovers.actions.telling import invite_household, tell_change
from app.handovers.models import Appointment
from app.handovers.queries import DayRow, hold_day
from app.handovers.queries.people import people_to_tell
from app.handovers.rules import LIVE, AppointmentState, DayState, slots_for, slots_left, slots_of
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.ids import new_code, new_id
from app.matching.queries.allocations import AllocationRow, allocations_waiting_in

MOST_REASON = 500


@dataclass(frozen=True, slots=True)
class Invited:
    """How many households were newly invited, and how many of them by paper or voice."""

    households: int
    in_person: int


def invite(
    session: Session, actor: Actor, day_id: str, allocation_ids: Sequence[str], *, now: datetime
) -> Invited:
    """Invite the households of these allocations.

    A household has one slot and one invitation a day, however many parcels. All or nothing:
    raises DomainError("nobody-chosen"), ("day-not-open"), ("day-has-no-room");
    Conflict("allocation-gone") or ("already-invited") if somebody else was first.
    """
    day = hold_day(session, actor, day_id)
    if not allocation_ids:
        raise DomainError("nobody-chosen")
    if day.state not in {DayState.PLANNED, DayState.OPEN} or day.ends_at <= now:
        raise DomainError("day-not-open")
    chosen = allocations_waiting_in(session, actor, ids=allocation_ids, limit=len(allocation_ids))
    if len(chosen) != len(set(allocation_ids)):
        raise Conflict("allocation-gone")
    known = {person.household_id: person for person in people_to_tell(session, day.id)}
    slots = {household: person.slot_at for household, person in known.items()}
    new = list(dict.fromkeys(a.household_id for a in chosen if a.household_id not in known))
    left = slots_left(slots_of(day.starts_at, day.ends_at), now)
    given = slots_for(new, slots.values(), left)
    if given is None:
        raise DomainError("day-has-no-room")
    by_phone = _write(session, day, chosen, slots | given)
    facts = {"allocations": [a.id for a in chosen]}
    record(session, actor, "invite-households", _subject(day), changes=facts)
    return Invited(len(new), len(new) - by_phone)


def _write(
    session: Session, day: DayRow, chosen: Sequence[AllocationRow], slots: dict[str, datetime]
) -> int:
    """Write the appointments; each household's first one carries its invitation.

    Returns how many of the invitations go by phone.
    """
    by_phone = 0
    told = {person.household_id for person in people_to_tell(session, day.id)}
    for allocation in chosen:
        slot = slots[allocation.household_id]
        appointment = (new_id(), new_code("TR"))
        statement = (
            insert(Appointment)
            .values(
                id=appointment[0],
                code=appointment[1],
                ward_code=allocation.ward_code,
                day_id=day.id,
                allocation_id=allocation.id,
                slot_at=slot,
            )
            .on_conflict_do_nothing()
            .returning(Appointment.id)
        )
        if session.scalar(statement) is None:
            raise Conflict("already-invited")
        if allocation.household_id not in told:
            told.add(allocation.household_id)
            household_id = allocation.household_id
            by_phone += invite_household(session, household_id, appointment, slot, day.place)
    return by_phone


def cancel_appointment(
    session: Session, actor: Actor, day_id: str, appointment_id: str, *, reason: str
) -> None:
    """Take one parcel off a day; the household is told if nothing else waits for it there.

    Raises NotFound; DomainError("reason-needed"); Conflict("appointment-over").
    """
    if not reason.strip():
        raise DomainError("reason-needed")
    day = hold_day(session, actor, day_id)
    before = {person.household_id: person for person in people_to_tell(session, day.id)}
    live = (
        Appointment.id == appointment_id,
        Appointment.day_id == day.id,
        Appointment.state.in_(LIVE),
    )
    cancelled = AppointmentState.CANCELLED.value
    if rows_changed(session, update(Appointment).where(*live).values(state=cancelled)) != 1:
        if session.get(Appointment, appointment_id) is None:
            raise NotFound("appointment")
        raise Conflict("appointment-over")
    left = {person.household_id for person in people_to_tell(session, day.id)}
    subject = Subject("appointment", appointment_id, day.ward_code)
    record(session, actor, "cancel-appointment", subject, reason=reason[:MOST_REASON])
    for household_id in set(before) - left:
        gone = before[household_id]
        tell_change(
            session,
            household_id,
            (gone.appointment_id, gone.code),
            gone.slot_at,
            day.place,
            version=day.version,
            cancelled=True,
        )


def _subject(day: DayRow) -> Subject:
    return Subject("handover-day", day.id, day.ward_code)
