"""What stands between two households and their merge, and what would go over."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.households import queries as households
from app.households.rules import same_people
from app.matching.models import Allocation, ProgrammeShare
from app.needs import queries as needs


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing to be settled before the merge; code: of texts.STOPS, facts: what it names.

    need_ids: the needs to open, of the kept household first.
    """

    code: str
    facts: dict[str, str]
    need_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A programme that gives once and reached both; settled: each has its gift in hand."""

    programme_id: str
    kept_need_id: str
    closed_need_id: str
    closed_allocation_id: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Belongings:
    """How many needs, allocations and people a household has."""

    needs: int
    allocations: int


def stops_of(session: Session, kept_id: str, closed_id: str) -> list[Stop]:
    """What must be settled before these two become one, in the order in which it is shown."""
    kept_people = households.people_in(session, kept_id)
    same = same_people(kept_people, households.people_in(session, closed_id))
    stops = [
        Stop(
            "needs-promised" if pair.promised else "needs-twice",
            {"kept": pair.kept_code, "closed": pair.closed_code, "kind": pair.kind_code},
            (pair.kept_id, pair.closed_id),
        )
        for pair in needs.twin_needs(session, kept_id, closed_id, same)
    ]
    stops += [
        Stop("gift-twice", {}, (share.kept_need_id, share.closed_need_id))
        for share in shares_of_both(session, kept_id, closed_id)
        if not share.settled
    ]
    ours = households.classes_of(households.facts_in_force(session, kept_id))
    theirs = households.classes_of(households.facts_in_force(session, closed_id))
    if ours and theirs and ours != theirs:
        stops.append(Stop("classes-differ", {}))
    return stops


def shares_of_both(session: Session, kept_id: str, closed_id: str) -> list[Share]:
    """The programmes that give once to a household and have a gift for each of the two."""
    kept, closed = aliased(ProgrammeShare), aliased(ProgrammeShare)
    ours, theirs = aliased(Allocation), aliased(Allocation)
    statement = (
        select(
            closed.programme_id,
            ours.need_id,
            theirs.need_id,
            theirs.id,
            (ours.handed == ours.units) & (theirs.handed == theirs.units),
        )
        .join(
            kept,
            (kept.programme_id == closed.programme_id) & (kept.kind_code == closed.kind_code),
        )
        .join(ours, ours.id == kept.allocation_id)
        .join(theirs, theirs.id == closed.allocation_id)
        .where(kept.household_id == kept_id, closed.household_id == closed_id)
        .order_by(closed.programme_id, theirs.id)
    )
    return [Share(*row) for row in session.execute(statement)]


def belongings_of(session: Session, household_id: str) -> Belongings:
    """What a household has asked for and what was promised to it, ever."""
    promised = select(func.count()).where(Allocation.household_id == household_id)
    return Belongings(len(needs.needs_of(session, household_id)), session.scalar(promised) or 0)
