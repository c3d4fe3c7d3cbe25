"""The statements behind a snapshot: open needs and free lines, built once and read often."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    String,
    any_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast

from app.households.models import Household, Member, Standing
from app.households.rules import StandingState
from app.infra.columns import Columns, among
from app.kernel.clock import VIETNAM
from app.matching.queries.pending import proposed_by_need
from app.needs.models import Need
from app.pledges.models import Pledge, PledgeLine
from app.programmes.models import Programme

STANDING_ENDED = "standing-no-longer-valid"
WARDS, KINDS = (bindparam(name, type_=ARRAY(String())) for name in ("wards", "kinds"))
ON, OLD = bindparam("on", type_=Date()), bindparam("old", type_=Integer())


@cache
def free_lines(*, of_pledge: bool) -> Columns:
    """The lines with units free of some kinds, meant for some of `wards`, a column a field.

    of_pledge: only those of the pledge named `pledge_id`.
    """
    statement = (
        select(
            PledgeLine.id,
            PledgeLine.pledge_id,
            Pledge.code,
            Pledge.ward_code,
            PledgeLine.kind_code,
            PledgeLine.spec,
            PledgeLine.free,
            PledgeLine.unit_value,
            Pledge.wards,
            Pledge.groups,
            Pledge.programme_id,
            Pledge.available_from,
            Pledge.available_to,
        )
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(PledgeLine.state == "open", PledgeLine.free > 0)
        .where(among(PledgeLine.kind_code, KINDS))
        .where(Pledge.available_to >= ON, _meant_for_some())
        .order_by(PledgeLine.id)
    )
    if of_pledge:
        statement = statement.where(PledgeLine.pledge_id == bindparam("pledge_id", type_=String()))
    return Columns.of(statement)


def _meant_for_some() -> ColumnElement[bool]:
    """The pledge names no ward, or one of these."""
    return or_(func.jsonb_array_length(Pledge.wards) == 0, Pledge.wards.op("?|")(WARDS))


@cache
def open_needs(*, beside_proposed: bool, alone: bool, of_all_kinds: bool) -> Columns:
    """The needs of some kinds and wards that lack something, a column a field, and the standings.

    Last come what tells their groups: the kinds of standing that the household holds, joined by
    commas, and whether somebody in it was born in the year `old` or before.

    beside_proposed: they lack what is not proposed to them yet, as for an arrival; any other run
    proposes that anew. alone: only the one named `need_id`. of_all_kinds: most households of the
    wards will be among them.
    """
    proposed = proposed_by_need() if beside_proposed else None
    had = Need.covered + (0 if proposed is None else func.coalesce(proposed.c.units, 0))
    by_household = not of_all_kinds
    held, elder = _held(by_household=by_household), _has_elder(by_household=by_household)
    statement = (
        select(*_columns_of(had, held), held.c.kinds, elder)
        .join(Household, Household.id == Need.household_id)
        .outerjoin(held, held.c.household_id == Need.household_id)
        .outerjoin(Programme, Programme.id == Need.programme_id)
        .where(Need.state == "approved", Need.units > had)
        .where(or_(Need.deadline_on.is_(None), Need.deadline_on >= ON))
        .where(among(Need.ward_code, WARDS), among(Need.kind_code, KINDS))
        .where(Household.state == "active")
        .order_by(Need.id)
    )
    if alone:
        statement = statement.where(Need.id == bindparam("need_id", type_=String()))
    if proposed is not None:
        statement = statement.outerjoin(proposed, proposed.c.need_id == Need.id)
    return Columns.of(statement)


def _held(*, by_household: bool) -> FromClause:
    """Of each household the standings that hold, and their kinds.

    by_household: looked up by the index for one household after the other. A join with all
    standings of a province goes through all of them for each of its kinds; but of a ward, whose
    kinds are read together, it is the shorter way.
    """
    statement = (
        select(
            Standing.household_id,
            func.string_agg(Standing.kind, ",").filter(Standing.valid_from <= ON).label("kinds"),
            func.array_agg(Standing.id).label("ids"),
        )
        .where(Standing.state == StandingState.APPROVED.value)
        .where(or_(Standing.valid_until.is_(None), Standing.valid_until >= ON))
        .group_by(Standing.household_id)
    )
    if by_household:
        return statement.where(Standing.household_id == Need.household_id).lateral("held")
    return statement.where(among(Standing.ward_code, WARDS)).subquery("held")


def _has_elder(*, by_household: bool) -> ColumnElement[bool]:
    elders = select(Member.household_id).where(Member.left_on.is_(None), Member.birth_year <= OLD)
    if by_household:
        return elders.where(Member.household_id == Need.household_id).exists()
    return Need.household_id.in_(elders.where(among(Member.ward_code, WARDS)))


def _columns_of(had: ColumnElement[int], held: FromClause) -> Sequence[ColumnElement[Any]]:
    """A column for each field of OpenNeed, in its order; none for the groups."""
    approved_on = sql_cast(func.timezone(str(VIETNAM), Need.approved_at), Date)
    named: Sequence[Any] = (
        Need.id,
        Need.code,
        Need.ward_code,
        Household.group_id,
        Need.household_id,
        Need.member_id,
        Need.kind_code,
        Need.spec,
        Need.units - had,
        Need.cost_dong,
        Need.urgency,
        func.coalesce(Need.starts_on, ON),
        Need.deadline_on,
        Need.programme_id,
        func.coalesce(Programme.once_per_household, False),
        func.coalesce(approved_on, ON),
        case((Need.standing_id == any_(held.c.ids), None), else_=STANDING_ENDED),
        had,
    )
    return named
