"""Which proposals a line cannot serve any more, because another one was accepted first."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.matching.models import MatchRun, Proposal
from app.matching.rules.states import ProposalState, RunState
from app.pledges.models import PledgeLine


def overtaken_on(session: Session, line_id: str) -> list[int]:
    """The undecided proposals of a line that its free units do not reach, in rank order.

    What ranks first stays. Locks the line, so that no acceptance changes the count meanwhile.
    """
    line = session.scalars(
        select(PledgeLine).where(PledgeLine.id == line_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if line is None:
        return []
    left = line.free if line.state == "open" else 0
    statement = (
        select(Proposal.id, Proposal.units)
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(Proposal.pledge_line_id == line_id, MatchRun.state == RunState.READY.value)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .order_by(Proposal.rank, Proposal.id)
    )
    late = []
    for proposal_id, units in session.execute(statement):
        if units <= left:
            left -= units
        else:
            late.append(proposal_id)
    return late
