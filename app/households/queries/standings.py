"""Facts about households: those of one, and those that wait for somebody."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.households.models import Household, Standing
from app.households.queries.finding import PAGE, in_scope, is_shown
from app.kernel.errors import NotFound
from app.places.models import ResidentialGroup


@dataclass(frozen=True, slots=True)
class StandingView:
    """A fact with who vouched for it."""

    id: str
    household_id: str
    member_id: str | None
    kind: str
    source: str
    light: bool
    state: str
    created_by: str
    created_at: datetime
    verified_by: str | None
    verified_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    visited_on: date | None
    valid_from: date
    valid_until: date | None
    returned_reason: str | None


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A fact that waits for somebody, with whose it is."""

    standing: StandingView
    household_code: str
    head_name: str
    group: str | None


def standings_of(session: Session, actor: Actor, household_id: str) -> list[StandingView]:
    """All facts of a household, the newest first. The caller has opened it."""
    statement = (
        select(Standing)
        .where(Standing.household_id == household_id)
        .order_by(Standing.created_at.desc(), Standing.id)
    )
    return [_standing(s) for s in session.scalars(statement) if is_shown(actor, s.kind)]


def standing_for(session: Session, actor: Actor, standing_id: str) -> StandingView:
    """One fact of a household in scope. Raises NotFound."""
    statement = (
        select(Standing)
        .join(Household, Household.id == Standing.household_id)
        .where(Standing.id == standing_id, in_scope(actor))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("standing")
    return _standing(found)


def _standing(s: Standing) -> StandingView:
    return StandingView(
        id=s.id,
        household_id=s.household_id,
        member_id=s.member_id,
        kind=s.kind,
        source=s.source,
        light=s.light,
        state=s.state,
        created_by=s.created_by,
        created_at=s.created_at,
        verified_by=s.verified_by,
        verified_at=s.verified_at,
        approved_by=s.approved_by,
        approved_at=s.approved_at,
        visited_on=s.visited_on,
        valid_from=s.valid_from,
        valid_until=s.valid_until,
        returned_reason=s.returned_reason,
    )


def standings_waiting(
    session: Session, actor: Actor, state: str, *, after: str | None = None
) -> tuple[list[StandingLine], str | None]:
    """Facts in a state, oldest first, and the id after which the next page begins."""
    statement = (
        select(Standing, Household.code, Household.head_name, ResidentialGroup.name)
        .join(Household, Household.id == Standing.household_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
        .where(Standing.state == state, in_scope(actor))
        .order_by(Standing.created_at, Standing.id)
        .limit(PAGE + 1)
    )
    if after:
        last = select(Standing.created_at, Standing.id).where(Standing.id == after)
        statement = statement.where(
            tuple_(Standing.created_at, Standing.id) > last.scalar_subquery()
        )
    rows = session.execute(statement).all()
    lines = [StandingLine(_standing(s), code, name, group) for s, code, name, group in rows[:PAGE]]
    return lines, lines[-1].standing.id if len(rows) > PAGE else None
