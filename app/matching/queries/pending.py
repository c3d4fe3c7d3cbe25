"""What undecided proposals would take, and what people have turned down."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.matching.models import MatchRun, Proposal
from app.matching.rules.snapshot import FreeLine, Scope
from app.matching.rules.states import ProposalState, RunState
from app.needs.models import Need
from app.pledges.models import PledgeLine

Rows: TypeAlias = Select[*tuple[Any, ...]]


def lacking(needs: Rows, wards: Collection[str]) -> Rows:
    """Those of a select of needs that lack more units than undecided proposals would bring.

    One sum over the wards' proposals, not one a need: each arrival adds a run to look through.
    """
    pending = (
        select(Proposal.need_id, func.sum(Proposal.units).label("units"))
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(MatchRun.state == RunState.READY.value)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .where(Proposal.ward_code.in_(sorted(wards)))
        .group_by(Proposal.need_id)
        .subquery("pending")
    )
    return needs.outerjoin(pending, pending.c.need_id == Need.id).where(
        func.coalesce(pending.c.units, 0) < Need.units - Need.covered
    )


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
