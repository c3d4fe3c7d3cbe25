"""The safe groups of many households at once, from their approved standings.

Not from the public cards: a household that did not agree to be shown has none, and is in need
all the same.
"""

from collections.abc import Collection
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, Select, String, func, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from app.households.models import Member, Standing
from app.households.rules import OLD_AGE, StandingState, safe_groups
from app.infra.columns import read_columns
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
        select(Standing.household_id, func.string_agg(Standing.kind.distinct(), ","))
        .where(standings, Standing.state == StandingState.APPROVED.value)
        .where(Standing.valid_from <= on)
        .where(or_(Standing.valid_until.is_(None), Standing.valid_until >= on))
        .group_by(Standing.household_id)
    )
    # The eldest decides: whoever is old enough makes the household one with an elder.
    old = (
        select(Member.household_id, sql_cast(func.min(Member.birth_year), String()))
        .where(members, Member.left_on.is_(None), Member.birth_year <= on.year - OLD_AGE)
        .group_by(Member.household_id)
    )
    kinds, years = _pairs(session, held), _pairs(session, old)
    # Few combinations occur, so each is worked out once.
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    found = {}
    for household_id in {*kinds, *years}:
        facts = (kinds.get(household_id, ""), years.get(household_id, ""))
        if facts not in known:
            ages = [int(facts[1])] if facts[1] else []
            known[facts] = tuple(safe_groups(facts[0].split(","), ages, on))
        found[household_id] = known[facts]
    return found


def _pairs(session: Session, statement: Select[str, str]) -> dict[str, str]:
    """Household -> the statement's other column, neither of them null."""
    households, facts = read_columns(session, statement)
    return dict(zip(cast("list[str]", households), cast("list[str]", facts), strict=True))
