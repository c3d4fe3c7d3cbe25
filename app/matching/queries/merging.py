"""What the parts of a run propose together, against what there is of it now."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.catalogue.models import SupportKind
from app.matching.models import Allocation, MatchRun, Proposal
from app.matching.rules.states import GONE, ProposalState
from app.needs.models import Need
from app.pledges.models import PledgeLine


def uses_a_unit_twice(session: Session, run_id: str) -> bool:
    """Whether the parts together use more of a line or for a need than any could have seen.

    Units that people promised or donors withdrew since the run was asked for count as seen.
    """
    lines, needs = _proposed(run_id, Proposal.pledge_line_id), _proposed(run_id, Proposal.need_id)
    line = (
        select(PledgeLine.id)
        .join(lines, lines.c.id == PledgeLine.id)
        .where(lines.c.units > PledgeLine.free)
        .where(
            lines.c.units
            > PledgeLine.free
            + PledgeLine.withdrawn
            + _promised_since(run_id, Allocation.pledge_line_id, PledgeLine.id)
        )
    )
    need = (
        select(Need.id)
        .join(needs, needs.c.id == Need.id)
        .where(needs.c.units > Need.units - Need.covered, _counted_in_units())
        .where(
            needs.c.units
            > Need.units - Need.covered + _promised_since(run_id, Allocation.need_id, Need.id)
        )
    )
    return bool(session.scalar(select(or_(line.exists(), need.exists()))))


def overtaken_of(run_id: str) -> tuple[Select[int], Select[int]]:
    """The proposals, as selects of ids, beyond what a need still lacks, and what a line still has.

    Run one after the other: what the first takes out makes room in the second. Needs come first:
    units meant for a need that is served by now are free for the line's other needs.
    """
    lines, needs = _proposed(run_id, Proposal.pledge_line_id), _proposed(run_id, Proposal.need_id)
    of_line = (
        _ranked(run_id, Proposal.pledge_line_id, PledgeLine.free)
        .join(PledgeLine, PledgeLine.id == Proposal.pledge_line_id)
        .join(lines, lines.c.id == PledgeLine.id)
        .where((lines.c.units > PledgeLine.free) | (PledgeLine.state != "open"))
        .subquery()
    )
    of_need = (
        _ranked(run_id, Proposal.need_id, Need.units - Need.covered)
        .join(Need, Need.id == Proposal.need_id)
        .join(needs, needs.c.id == Need.id)
        .where((needs.c.units > Need.units - Need.covered) | (Need.state != "approved"))
        .where(_counted_in_units())
        .subquery()
    )
    return (
        select(of_need.c.id).where(of_need.c.up_to > of_need.c.room),
        select(of_line.c.id).where(of_line.c.up_to > of_line.c.room),
    )


@dataclass(frozen=True, slots=True)
class Reached:
    """What a run comes to.

    households: for how many of them it proposes anything. is_beyond: whether it proposes more of
    some line or for some need than there is now.
    """

    households: int
    is_beyond: bool


def reached_by(session: Session, run_id: str) -> Reached:
    """Over all that the run proposes, in one statement; most often it is within what there is."""
    lines, needs = _proposed(run_id, Proposal.pledge_line_id), _proposed(run_id, Proposal.need_id)
    too_much_of = (
        select(PledgeLine.id)
        .join(lines, lines.c.id == PledgeLine.id)
        .where((lines.c.units > PledgeLine.free) | (PledgeLine.state != "open"))
    )
    too_much = needs.c.units > Need.units - Need.covered
    too_much_for = or_(and_(too_much, _counted_in_units()), Need.state != "approved")
    row = session.execute(
        select(
            func.count(Need.household_id.distinct()),
            func.coalesce(func.bool_or(too_much_for), False) | too_much_of.exists(),
        ).join(needs, needs.c.id == Need.id)
    ).one()
    return Reached(households=row[0], is_beyond=row[1])


def _counted_in_units() -> ColumnElement[bool]:
    """Not a project: what it gets is counted in shares of its cost, which its plan adds up."""
    projects = select(SupportKind.code).where(SupportKind.model == "project")
    return Need.kind_code.not_in(projects)


def _proposed(run_id: str, side: InstrumentedAttribute[str]) -> Subquery:
    """Units that the run proposes for each need or of each line."""
    return (
        select(side.label("id"), func.sum(Proposal.units).label("units"))
        .where(Proposal.run_id == run_id, Proposal.state == ProposalState.PROPOSED.value)
        .group_by(side)
        .subquery()
    )


def _ranked(
    run_id: str,
    side: InstrumentedAttribute[str],
    room: ColumnElement[int] | InstrumentedAttribute[int],
) -> Select[int, int, int]:
    """Each proposal with the units up to it, by rank, and the room there is for them."""
    up_to = func.sum(Proposal.units).over(partition_by=side, order_by=(Proposal.rank, Proposal.id))
    return select(Proposal.id, up_to.label("up_to"), room.label("room")).where(
        Proposal.run_id == run_id, Proposal.state == ProposalState.PROPOSED.value
    )


def _promised_since(
    run_id: str, side: InstrumentedAttribute[str], row: InstrumentedAttribute[str]
) -> ColumnElement[int]:
    """Units that people promised of a line or to a need since the run was asked for."""
    asked_at = select(MatchRun.created_at).where(MatchRun.id == run_id).scalar_subquery()
    return (
        select(func.coalesce(func.sum(Allocation.units), 0))
        .where(side == row, Allocation.approved_at >= asked_at)
        .where(Allocation.state.not_in(GONE))
        .scalar_subquery()
    )
