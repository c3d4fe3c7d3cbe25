"""The households with something still to come on a day, one row each, for telling them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.handovers.models import Appointment
from app.handovers.rules import LIVE
from app.matching.models import Allocation


@dataclass(frozen=True, slots=True)
class ToTell:
    """A household by its first appointment that is still to come."""

    household_id: str
    appointment_id: str
    code: str
    slot_at: datetime
    invited_at: datetime


def people_to_tell(session: Session, day_id: str) -> list[ToTell]:
    """Whom a change of this day concerns, in the order of their slots."""
    statement = (
        select(
            Allocation.household_id,
            Appointment.id,
            Appointment.code,
            Appointment.slot_at,
            Appointment.created_at,
        )
        .join(Allocation, Allocation.id == Appointment.allocation_id)
        .where(Appointment.day_id == day_id, Appointment.state.in_(LIVE))
        .order_by(Appointment.slot_at, Appointment.created_at, Appointment.id)
    )
    first: dict[str, ToTell] = {}
    for row in session.execute(statement):
        first.setdefault(row[0], ToTell(*row))
    return list(first.values())
