"""What undecided proposals would take, and what people have turned down."""

from collections.abc import Collection, Mapping

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from app.infra.columns import among
from app.matching.models import MatchRun, Proposal
from app.matching.rules.snapshot import FreeLine, Scope
from app.matching.rules.states import ProposalState, RunState
from app.matching.rules.table import Column, Table
from app.pledges.models import PledgeLine


def proposed_by_need(wards: Collection[str]) -> Subquery:
    """need_id and the units that undecided proposals of current runs would bring it.

    One sum over the wards' proposals, not one a need: each arrival adds a run to look through.
    """
    return (
        select(Proposal.need_id, func.sum(Proposal.units).label("units"))
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(MatchRun.state == RunState.READY.value)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .where(among(Proposal.ward_code, wards))
        .group_by(Proposal.need_id)
        .subquery("pending")
    )


def beside_proposed(lines: Table[FreeLine], pending: Mapping[str, int]) -> Table[FreeLine]:
    """The lines without the units that undecided proposals would take."""
    taken = lines.column("id").ints(lambda line: pending.get(line, 0))
    left = lines.ints("units") - taken
    return lines.having(units=Column.of(left.tolist())).where(left > 0)


def units_pending(session: Session, scope: Scope, kinds: Collection[str] = ()) -> dict[str, int]:
    """Line -> units in undecided proposals of current runs; kinds: of lines of these only."""
    statement = (
        select(Proposal.pledge_line_id, func.sum(Proposal.units))
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(MatchRun.state == RunState.READY.value)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .where(among(Proposal.ward_code, scope.wards))
        .group_by(Proposal.pledge_line_id)
    )
    if kinds:
        of_kinds = select(PledgeLine.id).where(among(PledgeLine.kind_code, kinds))
        statement = statement.where(Proposal.pledge_line_id.in_(of_kinds))
    return {row[0]: int(row[1]) for row in session.execute(statement)}


def pairs_pending(session: Session, scope: Scope) -> dict[tuple[str, str], int]:
    """(need, line) -> units in undecided proposals of current runs."""
    statement = (
        select(Proposal.need_id, Proposal.pledge_line_id, func.sum(Proposal.units))
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(MatchRun.state == RunState.READY.value)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .where(among(Proposal.ward_code, scope.wards))
        .group_by(Proposal.need_id, Proposal.pledge_line_id)
    )
    return {(row[0], row[1]): int(row[2]) for row in session.execute(statement)}


def pairs_declined(session: Session, scope: Scope) -> frozenset[tuple[str, str]]:
    """(need, line) pairs that a person turned down while both are still open."""
    statement = (
        select(Proposal.need_id, Proposal.pledge_line_id)
        .join(PledgeLine, PledgeLine.id == Proposal.pledge_line_id)
        .where(Proposal.state == ProposalState.DECLINED.value, PledgeLine.state == "open")
        .where(among(Proposal.ward_code, scope.wards))
        .distinct()
    )
    return frozenset((row[0], row[1]) for row in session.execute(statement))
