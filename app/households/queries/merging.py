"""Two households that may be one: where to look for the twin, and what was proposed of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.rules import Actor
from app.households.models import Household, HouseholdMerge, Member, Standing
from app.households.queries.finding import household_for, in_force_today, in_scope
from app.households.rules import CLASSES, Fact, MergeState, Person, Someone
from app.kernel.errors import NotFound

MOST_TWINS = 10


@dataclass(frozen=True, slots=True)
class MergeView:
    """A proposal to merge, opened by somebody who may see both households."""

    id: str
    ward_code: str
    kept_id: str
    closed_id: str
    choices: dict[str, str]
    reason: str
    state: str
    prepared_by: str
    prepared_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decided_reason: str | None
    moved: dict[str, object]


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One line of the proposals that wait: both households by their heads."""

    id: str
    kept_name: str
    kept_id: str
    closed_name: str
    closed_id: str
    prepared_by: str
    prepared_at: datetime


def merge_for(session: Session, actor: Actor, merge_id: str) -> MergeView:
    """Open one proposal. Raises NotFound, also for who may not see the households."""
    row = session.get(HouseholdMerge, merge_id, populate_existing=True)
    if row is None:
        raise NotFound("merge")
    household_for(session, actor, row.kept_id)
    return MergeView(
        id=row.id,
        ward_code=row.ward_code,
        kept_id=row.kept_id,
        closed_id=row.closed_id,
        choices=row.choices,
        reason=row.reason,
        state=row.state,
        prepared_by=row.prepared_by,
        prepared_at=row.prepared_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decided_reason=row.decided_reason,
        moved=row.moved,
    )


def merges_waiting(session: Session, actor: Actor) -> list[MergeLine]:
    """The proposals of the actor's wards that nobody has decided, oldest first."""
    kept, closed = aliased(Household), aliased(Household)
    statement = (
        select(HouseholdMerge, kept.head_name, closed.head_name)
        .join(kept, kept.id == HouseholdMerge.kept_id)
        .join(closed, closed.id == HouseholdMerge.closed_id)
        .where(
            HouseholdMerge.state == MergeState.ASKED.value,
            HouseholdMerge.ward_code.in_(actor.ward_codes),
        )
        .order_by(HouseholdMerge.prepared_at, HouseholdMerge.id)
    )
    return [
        MergeLine(m.id, one, m.kept_id, other, m.closed_id, m.prepared_by, m.prepared_at)
        for m, one, other in session.execute(statement)
    ]


def open_merge_of(session: Session, household_ids: Collection[str]) -> str | None:
    """The undecided proposal that touches one of these households, if there is one."""
    either = or_(
        HouseholdMerge.kept_id.in_(household_ids), HouseholdMerge.closed_id.in_(household_ids)
    )
    asked = HouseholdMerge.state == MergeState.ASKED.value
    return session.scalar(select(HouseholdMerge.id).where(asked, either).limit(1))


def possible_twins(session: Session, actor: Actor, household_id: str) -> list[str]:
    """Households of the ward that share a person's name and birth, or the telephone; at most 10."""
    mine, theirs = aliased(Member), aliased(Member)
    me = aliased(Household)
    person = exists().where(
        mine.household_id == me.id,
        mine.left_on.is_(None),
        theirs.household_id == Household.id,
        theirs.left_on.is_(None),
        theirs.folded_name == mine.folded_name,
        or_(
            theirs.born_on == mine.born_on,
            and_(
                or_(theirs.born_on.is_(None), mine.born_on.is_(None)),
                theirs.birth_year == mine.birth_year,
            ),
        ),
    )
    statement = (
        select(Household.id)
        .join(me, me.ward_code == Household.ward_code)
        .where(
            me.id == household_id,
            Household.id != household_id,
            Household.state == "active",
            in_scope(actor),
            or_(person, Household.phone_index == me.phone_index),
        )
        .order_by(Household.sort_key, Household.id)
        .limit(MOST_TWINS)
    )
    return list(session.scalars(statement))


def people_in(session: Session, household_id: str) -> list[Someone]:
    """Who lives in a household now, as they are compared, its head first."""
    statement = (
        select(Member)
        .where(Member.household_id == household_id, Member.left_on.is_(None))
        .order_by(Member.is_head.desc(), Member.birth_year, Member.id)
    )
    return [
        Someone(m.id, Person(m.folded_name, m.citizen_index, m.birth_year, m.born_on))
        for m in session.scalars(statement)
    ]


def facts_in_force(session: Session, household_id: str) -> list[Fact]:
    """The approved facts of a household that hold today."""
    statement = (
        select(Standing.id, Standing.kind, Standing.member_id, Standing.valid_until)
        .where(Standing.household_id == household_id, in_force_today())
        .order_by(Standing.created_at, Standing.id)
    )
    return [Fact(*row) for row in session.execute(statement)]


def classes_of(facts: Collection[Fact]) -> set[str]:
    """The classes of poverty among facts; a household is in one at a time."""
    return {fact.kind for fact in facts if fact.kind in CLASSES}
