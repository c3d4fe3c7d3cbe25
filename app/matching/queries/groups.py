"""The safe groups of households, from their approved standings.

Not from the public cards: a household that did not agree to be shown has none, and is in need
all the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache

from sqlalchemy import ARRAY, Date, Integer, Select, String, bindparam, or_, select
from sqlalchemy.orm import Session

from app.households.models import Member, Standing
from app.households.rules import OLD_AGE, StandingState, safe_groups
from app.infra.columns import among

ON, OLD = bindparam("on", type_=Date()), bindparam("old", type_=Integer())
HOUSEHOLDS = bindparam("households", type_=ARRAY(String()))


def born_by(on: date) -> int:
    """The last year of birth that makes somebody an elder on a day."""
    return on.year - OLD_AGE


def groups_by(held: Iterable[str], has_elder: bool, on: date) -> tuple[str, ...]:  # noqa: FBT001 - a fact of the household, as the kinds are.
    """The groups of a household that holds these kinds of standing on a day."""
    return tuple(safe_groups(sorted(held), [born_by(on)] if has_elder else [], on))


def groups_of(
    session: Session, household_ids: Collection[str], on: date
) -> dict[str, tuple[str, ...]]:
    """Household -> the groups that hold on a day; a household without any is left out."""
    day = {"households": sorted(household_ids), "on": on, "old": born_by(on)}
    held: dict[str, set[str]] = defaultdict(set)
    for household, kind in session.execute(_held(), day):
        held[household].add(kind)
    elders = frozenset(session.scalars(_old(), day))
    return {
        household: groups_by(held[household], household in elders, on)
        for household in held.keys() | elders
    }


@cache
def _held() -> Select[str, str]:
    """Household and kind of each standing that holds."""
    return (
        select(Standing.household_id, Standing.kind)
        .where(among(Standing.household_id, HOUSEHOLDS))
        .where(Standing.state == StandingState.APPROVED.value)
        .where(Standing.valid_from <= ON)
        .where(or_(Standing.valid_until.is_(None), Standing.valid_until >= ON))
    )


@cache
def _old() -> Select[str]:
    """The households with somebody old enough to make it one with an elder."""
    return (
        select(Member.household_id)
        .where(among(Member.household_id, HOUSEHOLDS))
        .where(Member.left_on.is_(None), Member.birth_year <= OLD)
        .distinct()
    )
