"""Reads of handover days, each within the actor's wards."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.accounts.rules import Actor, Role
from app.handovers.models import Appointment, HandoverDay
from app.handovers.rules import AppointmentState, DayState
from app.infra.columns import among
from app.infra.prepared import Prepared, Row
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

    @classmethod
    def of(cls, row: Row) -> "DayRow":
        """A row of _days()."""
        values = [*row]
        values[7] = DayState(values[7])
        return cls(*values)


def day_for(session: Session, actor: Actor, day_id: str) -> DayRow:
    """One day of the actor's ward. Raises NotFound for any other."""
    given = {"wards": sorted(actor.ward_codes), "day": day_id}
    row = _one(everywhere=_everywhere(actor)).row(session, given)
    if row is None:
        raise NotFound("handover-day")
    return DayRow.of(row)


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
    given = {"wards": sorted(actor.ward_codes), "now": now, "most": limit}
    ahead, past = _ahead_and_past(everywhere=_everywhere(actor))
    first = [DayRow.of(row) for row in ahead.rows(session, given)]
    if actor.role in HELPERS:
        return first, []
    return first, [DayRow.of(row) for row in past.rows(session, given)]


@cache
def _ahead_and_past(*, everywhere: bool) -> tuple[Prepared, Prepared]:
    is_on = HandoverDay.state.in_((DayState.PLANNED, DayState.OPEN))
    coming = is_on & (HandoverDay.ends_at > bindparam("now", type_=DateTime(timezone=True)))
    ahead = coming | (HandoverDay.state == DayState.OPEN)
    days, most = _days(everywhere=everywhere), bindparam("most", type_=Integer())
    return (
        Prepared(days.where(ahead).order_by(HandoverDay.starts_at, HandoverDay.id).limit(most)),
        Prepared(days.where(~ahead).order_by(HandoverDay.starts_at.desc()).limit(most)),
    )


@cache
def _one(*, everywhere: bool) -> Prepared:
    wanted = HandoverDay.id == bindparam("day", type_=String())
    return Prepared(_days(everywhere=everywhere).where(wanted))


def _everywhere(actor: Actor) -> bool:
    return ALL_WARDS in actor.ward_codes


def in_wards_of(actor: Actor) -> ColumnElement[bool]:
    """The condition that a day lies in the actor's wards."""
    if _everywhere(actor):
        return true()
    return among(HandoverDay.ward_code, actor.ward_codes)


def _days(*, everywhere: bool) -> AnySelect:
    """The fields of DayRow in their order, of `wards`."""
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
    days = select(
        HandoverDay.id,
        HandoverDay.code,
        HandoverDay.ward_code,
        HandoverDay.title,
        HandoverDay.place,
        HandoverDay.starts_at,
        HandoverDay.ends_at,
        HandoverDay.state,
        HandoverDay.version,
        cast(func.coalesce(counts.c.expected, 0), Integer),
        cast(func.coalesce(counts.c.done, 0), Integer),
    ).outerjoin(counts, counts.c.day_id == HandoverDay.id)
    if everywhere:
        return days
    return days.where(among(HandoverDay.ward_code, bindparam("wards", type_=ARRAY(String()))))
