"""Handing over and taking back: one transaction through line, need, allocation and stock.

Locks are taken in that order for all parcels at once (TRUST.md, 3.4), so that two people at one
table never wait for each other in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.handovers.models import Appointment, HandoverLine
from app.handovers.queries import DayRow, hold_day
from app.handovers.queries.days import HELPERS
from app.handovers.rules import LIVE, AppointmentState, DayState, HandOverDraft, Receiver
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.ids import new_id
from app.matching import actions as matching
from app.matching.queries.allocations import (
    AllocationRow,
    allocation_for,
    allocations_waiting_in,
)
from app.needs import actions as needs
from app.pledges import actions as pledges
from app.stock import actions as stock

CAUSE = "handover"
MOST_REASON = 500
NOT_IN = frozenset({"units-not-in-stock", "stock-not-enough"})


@dataclass(frozen=True, slots=True)
class Given:
    """Units of an allocation for one appointment, under the id of their handover line."""

    line_id: str
    appointment_id: str
    allocation: AllocationRow
    units: int


def hand_over(
    session: Session, actor: Actor, day_id: str, draft: HandOverDraft, *, now: datetime
) -> list[str]:
    """Hand parcels of one household over; returns the ids of the handover lines.

    All or nothing. Raises NotFound; DomainError("day-not-open"), ("nothing-chosen"),
    ("proxy-not-named"), ("goods-not-in") if their goods or money have not been received;
    Conflict("handed-over-already") if somebody else was first.
    """
    day = hold_day(session, actor, day_id, with_others=True)
    refusal = _refusal(day, draft)
    if refusal is not None:
        raise DomainError(refusal)
    given = _parcels(session, actor, day, draft)
    _book(session, given)
    for parcel in given:
        _write_line(session, actor, draft, parcel, now)
    return [parcel.line_id for parcel in given]


def _refusal(day: DayRow, draft: HandOverDraft) -> str | None:
    if day.state is not DayState.OPEN:
        return "day-not-open"
    if not draft.units or min(draft.units.values()) <= 0:
        return "nothing-chosen"
    named = bool(draft.proxy_name and draft.proxy_relation)
    return "proxy-not-named" if draft.receiver is Receiver.PROXY and not named else None


def _parcels(session: Session, actor: Actor, day: DayRow, draft: HandOverDraft) -> list[Given]:
    """The chosen appointments with their allocations, in the order of locking."""
    statement = select(Appointment).where(
        Appointment.id.in_(draft.units),
        Appointment.day_id == day.id,
        Appointment.state.in_(LIVE),
    )
    appointments = {a.allocation_id: a.id for a in session.scalars(statement)}
    open_ones = allocations_waiting_in(session, actor, ids=list(appointments))
    if len(open_ones) != len(draft.units):
        raise Conflict("handed-over-already")
    if len({a.household_id for a in open_ones}) != 1:
        raise DomainError("one-household-at-a-time")
    return [
        Given(new_id(), appointments[a.id], a, draft.units[appointments[a.id]])
        for a in sorted(open_ones, key=lambda a: (a.line_id, a.id))
    ]


def _book(session: Session, given: Sequence[Given]) -> None:
    """Count the units at each owner, kind of row by kind of row."""
    try:
        for g in given:
            line_id = g.allocation.line_id
            pledges.book_handover(session, line_id, g.units, cause=CAUSE, cause_id=g.line_id)
        for g in sorted(given, key=lambda g: g.allocation.need_id):
            needs.book_handover(session, g.allocation.need_id, g.units)
        for g in sorted(given, key=lambda g: g.allocation.id):
            matching.book_handover(session, g.allocation.id, g.units)
        for g in given:
            line_id = g.allocation.line_id
            stock.take_out(session, line_id, g.units, cause=CAUSE, cause_id=g.line_id)
    except Conflict as refused:
        if refused.code in NOT_IN:
            codes = sorted({g.allocation.pledge_code for g in given})
            raise DomainError("goods-not-in", pledge=", ".join(codes)) from refused
        raise


def _write_line(
    session: Session, actor: Actor, draft: HandOverDraft, parcel: Given, now: datetime
) -> None:
    """Write what reached whom, and end the appointment."""
    allocation, by_proxy = parcel.allocation, draft.receiver is Receiver.PROXY
    session.add(
        HandoverLine(
            id=parcel.line_id,
            ward_code=allocation.ward_code,
            appointment_id=parcel.appointment_id,
            allocation_id=allocation.id,
            units=parcel.units,
            value_dong=parcel.units * allocation.unit_value,
            received_by=draft.receiver.value,
            proxy_name=draft.proxy_name if by_proxy else None,
            proxy_relation=draft.proxy_relation if by_proxy else None,
            handed_by=actor.account_id or "",
            handed_at=now,
        )
    )
    done = (
        update(Appointment)
        .where(Appointment.id == parcel.appointment_id, Appointment.state.in_(LIVE))
        .values(state=AppointmentState.DONE.value)
    )
    if rows_changed(session, done) != 1:
        raise Conflict("handed-over-already")
    facts = {"units": parcel.units, "receiver": draft.receiver.value, "line": parcel.line_id}
    subject = Subject("allocation", allocation.id, allocation.ward_code)
    record(session, actor, "hand-over", subject, changes=facts)


def take_back(
    session: Session, actor: Actor, line_id: str, *, reason: str, now: datetime
) -> str | None:
    """Reverse a handover: wrong household, or the parcel came back; returns the day's id.

    The units are in stock again and the appointment waits again while its day is open. Helpers
    do so only on an open day. Raises NotFound; DomainError("reason-needed");
    Conflict("handover-over") if it was returned or confirmed meanwhile.
    """
    if not reason.strip():
        raise DomainError("reason-needed")
    line = session.get(HandoverLine, line_id)
    if line is None:
        raise NotFound("handover")
    allocation = allocation_for(session, actor, line.allocation_id)
    appointment = session.get(Appointment, line.appointment_id) if line.appointment_id else None
    day = _day_of(session, actor, appointment)
    is_open = day is not None and day.state is DayState.OPEN
    if actor.role in HELPERS and not is_open:
        raise NotFound("handover")
    _reverse(session, actor, line, reason, now)
    _unbook(session, line, allocation)
    if appointment is not None:
        _expect_again(session, appointment, is_open=is_open)
    subject = Subject("allocation", allocation.id, allocation.ward_code)
    facts = {"units": line.units, "line": line_id}
    record(session, actor, "take-back", subject, reason=reason[:MOST_REASON], changes=facts)
    return day.id if day is not None else None


def _day_of(session: Session, actor: Actor, appointment: Appointment | None) -> DayRow | None:
    if appointment is None:
        return None
    return hold_day(session, actor, appointment.day_id, with_others=True)


def _reverse(
    session: Session, actor: Actor, line: HandoverLine, reason: str, now: datetime
) -> None:
    values = {
        "reversed": True,
        "reversed_by": actor.account_id,
        "reversed_at": now,
        "reversed_reason": reason.strip()[:MOST_REASON],
    }
    not_yet = (HandoverLine.id == line.id, HandoverLine.reversed.is_(False))
    if rows_changed(session, update(HandoverLine).where(*not_yet).values(values)) != 1:
        raise Conflict("handover-over")


def _unbook(session: Session, line: HandoverLine, allocation: AllocationRow) -> None:
    """The bookings of hand_over() backwards, by rows of their own."""
    try:
        pledges.unbook_handover(
            session, allocation.line_id, line.units, cause=CAUSE, cause_id=line.id
        )
        needs.unbook_handover(session, allocation.need_id, line.units)
        matching.unbook_handover(session, allocation.id, line.units)
        stock.take_back(session, allocation.line_id, line.units, cause=CAUSE, cause_id=line.id)
    except Conflict as refused:
        raise Conflict("handover-over") from refused


def _expect_again(session: Session, appointment: Appointment, *, is_open: bool) -> None:
    """Let the household come again today, or wait for another day."""
    another = exists().where(
        Appointment.allocation_id == appointment.allocation_id, Appointment.state.in_(LIVE)
    )
    is_free = is_open and not session.scalar(select(another))
    state = AppointmentState.INVITED if is_free else AppointmentState.MISSED
    done = (
        Appointment.id == appointment.id,
        Appointment.state == AppointmentState.DONE.value,
    )
    rows_changed(session, update(Appointment).where(*done).values(state=state.value))
