"""Handovers that wait for a second person's word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.handovers.models import Appointment, HandoverDay, HandoverLine
from app.handovers.queries.days import AnySelect
from app.handovers.rules import Receiver
from app.households.models import Household
from app.infra.transaction import ALL_WARDS
from app.matching.models import Allocation
from app.needs.models import Need
from app.pledges.models import Pledge, PledgeLine


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """One handover line whose allocation has units that nobody has confirmed.

    unconfirmed: of the whole allocation. by_oneself: the reader handed it over.
    """

    allocation_id: str
    allocation_code: str
    ward_code: str
    need_id: str
    line_id: str
    pledge_id: str
    pledge_code: str
    donor_id: str
    day_id: str | None
    day_title: str | None
    household_code: str
    head_name: str
    label_vi: str
    label_en: str
    unconfirmed: int
    units: int
    handed_at: datetime
    handed_by: str
    receiver: Receiver
    proxy_name: str | None
    proxy_relation: str | None
    by_oneself: bool

    def label(self, language: str) -> str:
        """What was given, in a language."""
        return self.label_en if language == "en" else self.label_vi


def to_confirm(
    session: Session, actor: Actor, *, allocation_ids: list[str] | None = None, limit: int = 500
) -> list[ToConfirm]:
    """The lines that wait for a confirmation in the actor's wards, oldest first."""
    statement = _lines()
    if ALL_WARDS not in actor.ward_codes:
        statement = statement.where(HandoverLine.ward_code.in_(sorted(actor.ward_codes)))
    if allocation_ids is not None:
        statement = statement.where(HandoverLine.allocation_id.in_(allocation_ids))
    statement = statement.order_by(HandoverLine.handed_at, HandoverLine.id).limit(limit)
    return [_row(row, actor) for row in session.execute(statement)]


def _lines() -> AnySelect:
    waits = and_(Allocation.handed > Allocation.confirmed, ~HandoverLine.reversed)
    return (
        select(
            HandoverLine,
            Allocation,
            Household.code.label("household_code"),
            Household.head_name,
            SupportKind.label_vi,
            SupportKind.label_en,
            Pledge.id.label("pledge_id"),
            Pledge.code.label("pledge_code"),
            Pledge.donor_id,
            HandoverDay.id.label("day_id"),
            HandoverDay.title.label("day_title"),
            Account.name.label("handed_by_name"),
        )
        .join(Allocation, Allocation.id == HandoverLine.allocation_id)
        .join(Household, Household.id == Allocation.household_id)
        .join(Need, Need.id == Allocation.need_id)
        .join(SupportKind, SupportKind.code == Need.kind_code)
        .join(PledgeLine, PledgeLine.id == Allocation.pledge_line_id)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(Account, Account.id == HandoverLine.handed_by)
        .outerjoin(Appointment, Appointment.id == HandoverLine.appointment_id)
        .outerjoin(HandoverDay, HandoverDay.id == Appointment.day_id)
        .where(waits)
    )


def _row(row: Any, actor: Actor) -> ToConfirm:  # noqa: ANN401 - a row of _lines().
    line: HandoverLine = row.HandoverLine
    allocation: Allocation = row.Allocation
    return ToConfirm(
        allocation_id=allocation.id,
        allocation_code=allocation.code,
        ward_code=allocation.ward_code,
        need_id=allocation.need_id,
        line_id=allocation.pledge_line_id,
        pledge_id=row.pledge_id,
        pledge_code=row.pledge_code,
        donor_id=row.donor_id,
        day_id=row.day_id,
        day_title=row.day_title,
        household_code=row.household_code,
        head_name=row.head_name,
        label_vi=row.label_vi,
        label_en=row.label_en,
        unconfirmed=allocation.handed - allocation.confirmed,
        units=line.units,
        handed_at=line.handed_at,
        handed_by=row.handed_by_name,
        receiver=Receiver(line.received_by),
        proxy_name=line.proxy_name,
        proxy_relation=line.proxy_relation,
        by_oneself=line.handed_by == actor.account_id,
    )
