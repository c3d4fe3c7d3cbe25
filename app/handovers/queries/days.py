"""Reads of handover days, each within the actor's wards."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, case, func, select, true
from sqlalchemy.orm import Session

from app.accounts.rules import Actor, Role
from app.handovers.models import Appointment, HandoverDay
from app.handovers.rules import AppointmentState, DayState
from app.infra.transaction import ALL_WARDS
from app.kernel.errors import NotFound

HELPERS = frozenset({Role.VOLUNTEER, Role.EVENT_LEAD})
AnySelect: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day, with how many parcels are expected on it and how many were handed over."""

    id: str
    code: str
    ward_code: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    state: DayState
    version: int
    expected: int
    done: int


def day_for(session: Session, actor: Actor, day_id: str) -> DayRow:
    """One day of the actor's ward. Raises NotFound for any other."""
    row = session.execute(_days(actor).where(HandoverDay.id == day_id)).one_or_none()
    if row is None:
        raise NotFound("handover-day")
    return _row(row)


def hold_day(session: Session, actor: Actor, day_id: str, *, with_others: bool = False) -> DayRow:
    """One day of the actor's ward, which nobody changes until the transaction ends.

    Without it a household could be invited to a day that is called off at that moment, or to a
    slot that fills up. with_others: many hold it at once, as helpers at their tables do.
    Raises NotFound.
    """
    mine = select(HandoverDay).where(HandoverDay.id == day_id, in_wards_of(actor))
    held = mine.with_for_update(read=with_others).execution_options(populate_existing=True)
    session.execute(held)
    return day_for(session, actor, day_id)


def days_seen_by(
    session: Session, actor: Actor, now: datetime, *, limit: int = 50
) -> tuple[list[DayRow], list[DayRow]]:
    """The days to come, the next one first; and those that are over, the latest first.

    Helpers are shown only what is still to come.
    """
    coming = HandoverDay.state.in_((DayState.PLANNED, DayState.OPEN)) & (HandoverDay.ends_at > now)
    still_open = HandoverDay.state == DayState.OPEN
    ahead = _days(actor).where(coming | still_open).order_by(HandoverDay.starts_at, HandoverDay.id)
    first = [_row(r) for r in session.execute(ahead.limit(limit))]
    if actor.role in HELPERS:
        return first, []
    past = _days(actor).where(~(coming | still_open)).order_by(HandoverDay.starts_at.desc())
    return first, [_row(r) for r in session.execute(past.limit(limit))]


def in_wards_of(actor: Actor) -> ColumnElement[bool]:
    """The condition that a day lies in the actor's wards."""
    if ALL_WARDS in actor.ward_codes:
        return true()
    return HandoverDay.ward_code.in_(sorted(actor.ward_codes))


def _days(actor: Actor) -> AnySelect:
    return _every_day().where(in_wards_of(actor))


@cache
def _every_day() -> AnySelect:
    expected = Appointment.state.not_in([AppointmentState.CANCELLED.value])
    done = Appointment.state == AppointmentState.DONE.value
    counts = (
        select(
            Appointment.day_id,
            func.sum(case((expected, 1), else_=0)).label("expected"),
            func.sum(case((done, 1), else_=0)).label("done"),
        )
        .group_by(Appointment.day_id)
        .subquery()
    )
    return select(
        HandoverDay,
        func.coalesce(counts.c.expected, 0).label("expected"),
        func.coalesce(counts.c.done, 0).label("done"),
    ).outerjoin(counts, counts.c.day_id == HandoverDay.id)


def _row(row: Any) -> DayRow:  # noqa: ANN401 - a row of _days().
    day: HandoverDay = row.HandoverDay
    return DayRow(
        id=day.id,
        code=day.code,
        ward_code=day.ward_code,
        title=day.title,
        place=day.place,
        starts_at=day.starts_at,
        ends_at=day.ends_at,
        state=DayState(day.state),
        version=day.version,
        expected=int(row.expected),
        done=int(row.done),
    )
