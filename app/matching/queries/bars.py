"""What keeps an approved need from getting anything now: a recent gift, a programme's one gift."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache

import numpy as np
from sqlalchemy import ARRAY, DateTime, Select, String, bindparam, select
from sqlalchemy.orm import Session

from app.infra.columns import among
from app.kernel.clock import VIETNAM, local_day
from app.matching.models import Allocation, ProgrammeShare
from app.matching.rules.policy import KindRule
from app.matching.rules.snapshot import Kind, OpenNeed, Scope
from app.matching.rules.states import GONE
from app.matching.rules.table import Column, Table
from app.needs.models import Need


def barred(
    session: Session, scope: Scope, kinds: Mapping[str, Kind], needs: Table[OpenNeed]
) -> Table[OpenNeed]:
    """The needs, each marked with what keeps it from getting anything now."""
    earlier = _earlier(session, scope, kinds)
    shares = _shares(session, scope)
    helped = {household for household, _ in earlier} | {household for household, *_ in shares}
    if not helped:
        return needs
    asked_before = needs.column("household_id").ints(helped.__contains__)
    bars = list(needs.column("bar"))
    for row in np.flatnonzero(asked_before).tolist():
        need = needs[row]
        rule = kinds[need.kind_code].rule
        bars[row] = need.bar or _bar(need, rule, scope.on, earlier, shares)
    return needs.having(bar=Column.of(bars))


_Earlier = Mapping[tuple[str, str], list[tuple[str, str | None, date]]]


def _bar(
    need: OpenNeed, rule: KindRule, on: date, earlier: _Earlier, shares: set[tuple[str, str, str]]
) -> str | None:
    if (need.household_id, need.programme_id or "", need.kind_code) in shares:
        return "given-in-programme"
    if not (rule.repeat_after_days or rule.one_per_household):
        return None
    since = on - timedelta(days=rule.repeat_after_days)
    for need_id, member_id, day in earlier.get((need.household_id, need.kind_code), []):
        same_person = rule.one_per_household or member_id == need.member_id
        if need_id != need.id and same_person and day >= since:
            return "given-recently"
    return None


WARDS = bindparam("wards", type_=ARRAY(String()))
SINCE = bindparam("since", type_=DateTime(timezone=True))


@cache
def _gifts() -> Select[str, str, str, str | None, datetime]:
    """Household, kind, need, member and time of each allocation since a time."""
    return (
        select(
            Allocation.household_id,
            Need.kind_code,
            Need.id,
            Need.member_id,
            Allocation.approved_at,
        )
        .join(Need, Need.id == Allocation.need_id)
        .where(among(Allocation.ward_code, WARDS), Allocation.state.not_in(GONE))
        .where(Allocation.approved_at >= SINCE)
    )


@cache
def _programmes_gifts() -> Select[str, str, str]:
    return (
        select(ProgrammeShare.household_id, ProgrammeShare.programme_id, ProgrammeShare.kind_code)
        .join(Allocation, Allocation.id == ProgrammeShare.allocation_id)
        .where(among(Allocation.ward_code, WARDS))
    )


def _earlier(session: Session, scope: Scope, kinds: Mapping[str, Kind]) -> _Earlier:
    """(household, kind) -> need, member and day of each allocation that may stand in the way."""
    longest = max((k.rule.repeat_after_days for k in kinds.values()), default=0)
    since = datetime.combine(scope.on - timedelta(days=longest), time.min, VIETNAM)
    found: dict[tuple[str, str], list[tuple[str, str | None, date]]] = defaultdict(list)
    given = {"wards": sorted(scope.wards), "since": since}
    for household, kind, need_id, member_id, at in session.execute(_gifts(), given):
        found[household, kind].append((need_id, member_id, local_day(at)))
    return found


def _shares(session: Session, scope: Scope) -> set[tuple[str, str, str]]:
    """(household, programme, kind) that have had their one gift."""
    rows = session.execute(_programmes_gifts(), {"wards": sorted(scope.wards)})
    return {(row[0], row[1], row[2]) for row in rows}
