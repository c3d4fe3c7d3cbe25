"""Reads of allocations, for their own page and for the areas that hand them over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    String,
    bindparam,
    case,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.households.models import Household
from app.infra.columns import among
from app.infra.prepared import Prepared
from app.kernel.errors import NotFound
from app.matching.models import Allocation
from app.matching.rules.states import GONE, OPEN_ALLOCATION, AllocationState
from app.needs.models import Need
from app.pledges.models import Pledge, PledgeLine


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One allocation with what its handover needs to know; no name, no address.

    is_in: whether what is left of it lies in stock, after all that was approved before it on
    the same line; an approved one then reads as ready.
    """

    id: str
    code: str
    ward_code: str
    state: str
    need_id: str
    need_code: str
    household_id: str
    household_code: str
    group_id: str | None
    line_id: str
    pledge_id: str
    pledge_code: str
    donor_id: str
    kind_code: str
    programme_id: str | None
    units: int
    handed: int
    confirmed: int
    unit_value: int
    is_in: bool
    approved_at: datetime
    override_reason: str | None
    released_reason: str | None
    line_model: str

    @property
    def is_part(self) -> bool:
        """Whether it is money that pays for a project together with others'."""
        return self.line_model == "money"

    @property
    def left(self) -> int:
        """Units that still have to be handed over."""
        return self.units - self.handed


def allocation_for(session: Session, actor: Actor, allocation_id: str) -> AllocationRow:
    """One allocation of the actor's wards. Raises NotFound for any other."""
    statement = _rows(actor).where(Allocation.id == allocation_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("allocation")
    return _row(row)


def allocations_waiting_in(
    session: Session, actor: Actor, *, ids: Sequence[str] | None = None, limit: int = 500
) -> list[AllocationRow]:
    """The allocations with units still to be handed over, oldest approval first.

    Money towards a project is paid out as the work goes on, not handed over on a day.
    ids: only these, for a form that chose some.
    """
    given = {"wards": sorted(actor.ward_codes), "ids": [*ids] if ids is not None else None}
    waiting = _waiting(everywhere="*" in actor.ward_codes, chosen=ids is not None, most=limit)
    return [AllocationRow(*row) for row in waiting.rows(session, given)]


@lru_cache(maxsize=20)
def _waiting(*, everywhere: bool, chosen: bool, most: int) -> Prepared:
    statement = _every_row().where(Allocation.state.in_(OPEN_ALLOCATION))
    statement = statement.where(PledgeLine.kind_code.not_in(_money()))
    if not everywhere:
        wards = bindparam("wards", type_=ARRAY(String()))
        statement = statement.where(among(Allocation.ward_code, wards))
    if chosen:
        statement = statement.where(among(Allocation.id, bindparam("ids", type_=ARRAY(String()))))
    return Prepared(statement.order_by(Allocation.approved_at, Allocation.id).limit(most))


def _money() -> Select[str]:
    return select(SupportKind.code).where(SupportKind.model == "money")


def parts_of(session: Session, actor: Actor, found: AllocationRow) -> list[AllocationRow]:
    """The live allocations that pay for a project together; the allocation alone if it is none."""
    if not found.is_part:
        return [found]
    live = Allocation.state.not_in(GONE)
    statement = _rows(actor).where(Allocation.need_id == found.need_id, live)
    statement = statement.where(PledgeLine.kind_code.in_(_money())).order_by(
        Allocation.pledge_line_id
    )
    return [_row(row) for row in session.execute(statement)]


def allocations_of_need(session: Session, actor: Actor, need_id: str) -> list[AllocationRow]:
    """All allocations that a need ever had, newest first."""
    statement = _rows(actor).where(Allocation.need_id == need_id)
    statement = statement.order_by(Allocation.approved_at.desc(), Allocation.id)
    return [_row(row) for row in session.execute(statement)]


def allocations_of_line(session: Session, actor: Actor, line_id: str) -> list[AllocationRow]:
    """The allocations of a pledge line in the actor's wards, newest first."""
    statement = _rows(actor).where(Allocation.pledge_line_id == line_id)
    statement = statement.order_by(Allocation.approved_at.desc(), Allocation.id)
    return [_row(row) for row in session.execute(statement)]


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The columns of AllocationRow, limited to the actor's wards."""
    return _of_wards(_every_row(), actor)


# Building this takes several times as long as narrowing it.
@cache
def _every_row() -> Select[*tuple[Any, ...]]:
    line_kind = aliased(SupportKind)
    is_in = PledgeLine.received - PledgeLine.handed >= _promised_up_to_here()
    return (
        select(
            Allocation.id,
            Allocation.code,
            Allocation.ward_code,
            _state(is_in).label("state"),
            Allocation.need_id,
            Need.code,
            Allocation.household_id,
            Household.code,
            Household.group_id,
            Allocation.pledge_line_id,
            Pledge.id,
            Pledge.code,
            Pledge.donor_id,
            Need.kind_code,
            Allocation.programme_id,
            Allocation.units,
            Allocation.handed,
            Allocation.confirmed,
            PledgeLine.unit_value,
            is_in.label("is_in"),
            Allocation.approved_at,
            Allocation.override_reason,
            Allocation.released_reason,
            line_kind.model,
        )
        .join(Need, Need.id == Allocation.need_id)
        .join(Household, Household.id == Allocation.household_id)
        .join(PledgeLine, PledgeLine.id == Allocation.pledge_line_id)
        .join(line_kind, line_kind.code == PledgeLine.kind_code)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
    )


def _of_wards(statement: Select[*tuple[Any, ...]], actor: Actor) -> Select[*tuple[Any, ...]]:
    if "*" in actor.ward_codes:
        return statement
    return statement.where(Allocation.ward_code.in_(sorted(actor.ward_codes)))


def _state(is_in: ColumnElement[bool]) -> ColumnElement[str]:
    approved = Allocation.state == AllocationState.APPROVED.value
    return case((approved & is_in, AllocationState.READY.value), else_=Allocation.state)


def _promised_up_to_here() -> ScalarSelect[int]:
    """Units of the line still to be handed over, of this allocation and all before it."""
    other = aliased(Allocation)
    is_before = tuple_(other.approved_at, other.id) <= tuple_(Allocation.approved_at, Allocation.id)
    return (
        select(func.coalesce(func.sum(other.units - other.handed), 0))
        .where(
            other.pledge_line_id == Allocation.pledge_line_id,
            other.state.in_(OPEN_ALLOCATION),
            is_before,
        )
        .correlate(Allocation)
        .scalar_subquery()
    )


def _row(row: Row[*tuple[Any, ...]]) -> AllocationRow:
    return AllocationRow(*row)
