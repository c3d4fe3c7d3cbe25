"""What undecided proposals would take, and what people have turned down."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.matching.models import MatchRun, Proposal
from app.matching.rules.snapshot import FreeLine, Scope
from app.matching.rules.states import ProposalState, RunState
from app.needs.models import Need
from app.pledges.models import PledgeLine


def lacks_more_than_proposed() -> ColumnElement[bool]:
    """The need lacks more units than undecided proposals would bring."""
    pending = (
        select(func.coalesce(func.sum(Proposal.units), 0))
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(Proposal.need_id == Need.id, MatchRun.state == RunState.READY.value)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .scalar_subquery()
    )
    return pending < Need.units - Need.covered


def beside_proposed(lines: list[FreeLine], pending: Mapping[str, int]) -> list[FreeLine]:
    """The lines without the units that undecided proposals would take."""
    left = [replace(p, units=p.units - pending.get(p.id, 0)) for p in lines]
    return [line for line in left if line.units > 0]


def units_pending(
    session: Session, scope: Scope, side: InstrumentedAttribute[str]
) -> dict[str, int]:
    """Need or line -> units in undecided proposals of current runs."""
    statement = (
        select(side, func.sum(Proposal.units))
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(MatchRun.state == RunState.READY.value)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .where(Proposal.ward_code.in_(sorted(scope.wards)))
        .group_by(side)
    )
    return {row[0]: int(row[1]) for row in session.execute(statement)}


def pairs_pending(session: Session, scope: Scope) -> dict[tuple[str, str], int]:
    """(need, line) -> units in undecided proposals of current runs."""
    statement = (
        select(Proposal.need_id, Proposal.pledge_line_id, func.sum(Proposal.units))
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(MatchRun.state == RunState.READY.value)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .where(Proposal.ward_code.in_(sorted(scope.wards)))
        .group_by(Proposal.need_id, Proposal.pledge_line_id)
    )
    return {(row[0], row[1]): int(row[2]) for row in session.execute(statement)}


def pairs_declined(session: Session, scope: Scope) -> frozenset[tuple[str, str]]:
    """(need, line) pairs that a person turned down while both are still open."""
    statement = (
        select(Proposal.need_id, Proposal.pledge_line_id)
        .join(PledgeLine, PledgeLine.id == Proposal.pledge_line_id)
        .where(Proposal.state == ProposalState.DECLINED.value, PledgeLine.state == "open")
        .where(Proposal.ward_code.in_(sorted(scope.wards)))
        .distinct()
    )
    return frozenset((row[0], row[1]) for row in session.execute(statement))
