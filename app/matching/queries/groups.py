"""The safe groups of many households at once, from their approved standings.

Not from the public cards: a household that did not agree to be shown has none, and is in need
all the same.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import cast

import numpy as np
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    String,
    bindparam,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.households.models import Member, Standing
from app.households.rules import OLD_AGE, StandingState, safe_groups
from app.infra.columns import Columns, among, read_columns
from app.matching.rules.table import Column
from app.needs.models import Need

ON, OLD = bindparam("on", type_=Date()), bindparam("old", type_=Integer())
WARDS = bindparam("wards", type_=ARRAY(String()))
HOUSEHOLDS = bindparam("households", type_=ARRAY(String()))
KIND = bindparam("kind", type_=String())


class Whose(StrEnum):
    """Of which households the groups are asked for."""

    NAMED = "named"
    OF_WARDS = "of-wards"
    ASKING = "asking"


def groups_of(
    session: Session, household_ids: Collection[str], on: date
) -> dict[str, tuple[str, ...]]:
    """Household -> the groups that hold on a day; a household without any is left out."""
    return _groups(session, Whose.NAMED, {"households": sorted(household_ids)}, on)


def groups_in(
    session: Session, wards: Collection[str], on: date, kind_code: str | None = None
) -> dict[str, tuple[str, ...]]:
    """The same for all households of some wards, or those with an approved need of a kind."""
    whose = Whose.OF_WARDS if kind_code is None else Whose.ASKING
    return _groups(session, whose, {"wards": sorted(wards), "kind": kind_code}, on)


@cache
def _held(whose: Whose) -> Columns:
    """Household and kind of each standing that holds."""
    return Columns.of(
        select(Standing.household_id, Standing.kind)
        .where(_is(whose, Standing.household_id, Standing.ward_code))
        .where(Standing.state == StandingState.APPROVED.value)
        .where(Standing.valid_from <= ON)
        .where(or_(Standing.valid_until.is_(None), Standing.valid_until >= ON))
    )


@cache
def _old(whose: Whose) -> Columns:
    """The households with somebody old enough to make it one with an elder."""
    return Columns.of(
        select(Member.household_id)
        .where(_is(whose, Member.household_id, Member.ward_code))
        .where(Member.left_on.is_(None), Member.birth_year <= OLD)
        .distinct()
    )


def _is(
    whose: Whose, household: InstrumentedAttribute[str], ward: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    if whose is Whose.NAMED:
        return among(household, HOUSEHOLDS)
    asking = select(Need.household_id).where(
        among(Need.ward_code, WARDS), Need.kind_code == KIND, Need.state == "approved"
    )
    rest = household.in_(asking) if whose is Whose.ASKING else true()
    return among(ward, WARDS) & rest


def _groups(
    session: Session, whose: Whose, given: Mapping[str, object], on: date
) -> dict[str, tuple[str, ...]]:
    day = {**given, "on": on, "old": on.year - OLD_AGE}
    homes, kinds = (Column.of(texts) for texts in read_columns(session, _held(whose), day))
    (elders,) = read_columns(session, _old(whose), day)
    # A bit a kind. Few combinations occur, so each is worked out once.
    bits = np.zeros(len(homes.values), dtype=np.int64)
    np.bitwise_or.at(bits, homes.codes, 1 << kinds.codes)
    facts = dict.fromkeys(cast("list[str]", elders), 0)
    facts |= dict(zip(cast("list[str]", homes.values), bits.tolist(), strict=True))
    known: dict[tuple[int, bool], tuple[str, ...]] = {}
    aged, found = set(elders), {}
    for household, held_kinds in facts.items():
        key = (held_kinds, household in aged)
        if key not in known:
            known[key] = _safe(kinds.values, *key, on)
        found[household] = known[key]
    return found


def _safe(
    kinds: Sequence[str | None],
    bits: int,
    is_old: bool,  # noqa: FBT001 - private, one caller.
    on: date,
) -> tuple[str, ...]:
    held = [kind or "" for place, kind in enumerate(kinds) if bits >> place & 1]
    return tuple(safe_groups(held, [on.year - OLD_AGE] if is_old else [], on))
