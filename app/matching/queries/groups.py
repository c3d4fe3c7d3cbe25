"""The safe groups of many households at once, from their approved standings.

Not from the public cards: a household that did not agree to be shown has none, and is in need
all the same.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.households.models import Member, Standing
from app.households.rules import OLD_AGE, StandingState, safe_groups
from app.needs.models import Need


def groups_of(
    session: Session, household_ids: Collection[str], on: date
) -> dict[str, tuple[str, ...]]:
    """Household -> the groups that hold on a day; a household without any is left out."""
    wanted = sorted(household_ids)
    return _groups(session, Standing.household_id.in_(wanted), Member.household_id.in_(wanted), on)


def groups_in(
    session: Session, wards: Collection[str], on: date, kind_code: str | None = None
) -> dict[str, tuple[str, ...]]:
    """The same for all households of some wards, or those with an approved need of a kind."""
    wanted = sorted(wards)
    standings: ColumnElement[bool] = Standing.ward_code.in_(wanted)
    members: ColumnElement[bool] = Member.ward_code.in_(wanted)
    if kind_code is not None:
        asking = select(Need.household_id).where(
            Need.ward_code.in_(wanted), Need.kind_code == kind_code, Need.state == "approved"
        )
        standings &= Standing.household_id.in_(asking)
        members &= Member.household_id.in_(asking)
    return _groups(session, standings, members, on)


def _groups(
    session: Session, standings: ColumnElement[bool], members: ColumnElement[bool], on: date
) -> dict[str, tuple[str, ...]]:
    held = (
        select(Standing.household_id, Standing.kind)
        .where(standings, Standing.state == StandingState.APPROVED.value)
        .where(Standing.valid_from <= on)
        .where(or_(Standing.valid_until.is_(None), Standing.valid_until >= on))
    )
    old = select(Member.household_id, Member.birth_year).where(
        members, Member.left_on.is_(None), Member.birth_year <= on.year - OLD_AGE
    )
    kinds: dict[str, set[str]] = defaultdict(set)
    years: dict[str, set[int]] = defaultdict(set)
    for household_id, kind in session.execute(held):
        kinds[household_id].add(kind)
    for household_id, year in session.execute(old):
        years[household_id].add(year or 0)
    # Few combinations occur, so each is worked out once.
    known: dict[tuple[frozenset[str], frozenset[int]], tuple[str, ...]] = {}
    found = {}
    for household_id in {*kinds, *years}:
        facts = (frozenset(kinds[household_id]), frozenset(years[household_id]))
        if facts not in known:
            known[facts] = tuple(safe_groups(facts[0], facts[1], on))
        found[household_id] = known[facts]
    return found
