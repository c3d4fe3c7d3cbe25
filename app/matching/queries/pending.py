"""What undecided proposals would take, and what people have turned down."""

from collections.abc import Collection, Mapping
from functools import cache

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    any_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.infra.columns import among
from app.matching.models import MatchRun, Proposal
from app.matching.rules.snapshot import FreeLine, Scope
from app.matching.rules.states import ProposalState, RunState
from app.matching.rules.table import Column, Table
from app.pledges.models import PledgeLine

WARDS, KINDS = (bindparam(name, type_=ARRAY(String())) for name in ("wards", "kinds"))


def proposed_by_need() -> Subquery:
    """need_id and the units that undecided proposals of current runs in `wards` would bring it.

    One sum over the wards' proposals, not one a need: each arrival adds a run to look through.
    """
    return (
        select(Proposal.need_id, func.sum(Proposal.units).label("units"))
        .where(_is_undecided())
        .group_by(Proposal.need_id)
        .subquery("pending")
    )


def _is_undecided() -> ColumnElement[bool]:
    """In a current run. These are found first: most proposals are of runs that are over."""
    current = select(MatchRun.id).where(
        MatchRun.state == RunState.READY.value,
        or_(MatchRun.ward_code.is_(None), among(MatchRun.ward_code, WARDS)),
    )
    return and_(
        Proposal.run_id == any_(func.array(current.scalar_subquery())),
        Proposal.state == ProposalState.PROPOSED.value,
        among(Proposal.ward_code, WARDS),
    )


def beside_proposed(lines: Table[FreeLine], pending: Mapping[str, int]) -> Table[FreeLine]:
    """The lines without the units that undecided proposals would take."""
    taken = lines.column("id").ints(lambda line: pending.get(line, 0))
    left = lines.ints("units") - taken
    return lines.having(units=Column.of_ints(left)).where(left > 0)


@cache
def _units_pending(*, of_kinds: bool) -> Select[str, int]:
    statement = (
        select(Proposal.pledge_line_id, func.sum(Proposal.units))
        .where(_is_undecided())
        .group_by(Proposal.pledge_line_id)
    )
    of_these = select(PledgeLine.id).where(among(PledgeLine.kind_code, KINDS))
    return statement.where(Proposal.pledge_line_id.in_(of_these)) if of_kinds else statement


@cache
def _pairs_pending() -> Select[str, str, int]:
    return (
        select(Proposal.need_id, Proposal.pledge_line_id, func.sum(Proposal.units))
        .where(_is_undecided())
        .group_by(Proposal.need_id, Proposal.pledge_line_id)
    )


@cache
def _pairs_declined() -> Select[str, str]:
    return (
        select(Proposal.need_id, Proposal.pledge_line_id)
        .join(PledgeLine, PledgeLine.id == Proposal.pledge_line_id)
        .where(Proposal.state == ProposalState.DECLINED.value, PledgeLine.state == "open")
        .where(among(Proposal.ward_code, WARDS))
        .distinct()
    )


def units_pending(
    session: Session, scope: Scope, kinds: Collection[str] | None = None
) -> dict[str, int]:
    """Line -> units in undecided proposals of current runs; kinds: of lines of these only."""
    given = {"wards": sorted(scope.wards), "kinds": sorted(kinds or ())}
    rows = session.execute(_units_pending(of_kinds=kinds is not None), given)
    return {row[0]: int(row[1]) for row in rows}


def pairs_pending(session: Session, scope: Scope) -> dict[tuple[str, str], int]:
    """(need, line) -> units in undecided proposals of current runs."""
    rows = session.execute(_pairs_pending(), {"wards": sorted(scope.wards)})
    return {(row[0], row[1]): int(row[2]) for row in rows}


def pairs_declined(session: Session, scope: Scope) -> frozenset[tuple[str, str]]:
    """(need, line) pairs that a person turned down while both are still open."""
    rows = session.execute(_pairs_declined(), {"wards": sorted(scope.wards)})
    return frozenset((row[0], row[1]) for row in rows)
