"""The safe groups of many households at once, from their approved standings.

Not from the public cards: a household that did not agree to be shown has none, and is in need
all the same.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import cast

import numpy as np
from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import Session

from app.households.models import Member, Standing
from app.households.rules import OLD_AGE, StandingState, safe_groups
from app.infra.columns import among, read_columns
from app.matching.rules.table import Column
from app.needs.models import Need


def groups_of(
    session: Session, household_ids: Collection[str], on: date
) -> dict[str, tuple[str, ...]]:
    """Household -> the groups that hold on a day; a household without any is left out."""
    standings = among(Standing.household_id, household_ids)
    return _groups(session, standings, among(Member.household_id, household_ids), on)


def groups_in(
    session: Session, wards: Collection[str], on: date, kind_code: str | None = None
) -> dict[str, tuple[str, ...]]:
    """The same for all households of some wards, or those with an approved need of a kind."""
    standings, members = among(Standing.ward_code, wards), among(Member.ward_code, wards)
    if kind_code is not None:
        asking = select(Need.household_id).where(
            among(Need.ward_code, wards), Need.kind_code == kind_code, Need.state == "approved"
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
    # The eldest decides: whoever is old enough makes the household one with an elder.
    old = (
        select(Member.household_id, literal(""))
        .where(members, Member.left_on.is_(None), Member.birth_year <= on.year - OLD_AGE)
        .distinct()
    )
    homes, kinds = (Column.of(texts) for texts in read_columns(session, held))
    elders, _ = read_columns(session, old)
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
