"""Reading what a run decides on. Call in one REPEATABLE READ transaction."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, String, func, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.catalogue.models import SupportKind
from app.households.models import Household, Standing
from app.infra.copying import copy_out
from app.kernel.clock import VIETNAM
from app.matching.queries.bars import barred
from app.matching.queries.groups import groups_in
from app.matching.queries.pending import (
    beside_proposed,
    pairs_declined,
    pairs_pending,
    proposed_by_need,
    units_pending,
)
from app.matching.rules.policy import KindRule, PolicyRules
from app.matching.rules.snapshot import CO_FUNDED, FreeLine, Kind, OpenNeed, Scope, Snapshot
from app.needs.models import Need
from app.places.models import Ward
from app.pledges.models import Pledge, PledgeLine
from app.programmes.models import Programme


def read_snapshot(session: Session, scope: Scope, policy: PolicyRules) -> Snapshot:
    """The open needs of the scope's wards and the free lines that are meant for them.

    What is allocated is subtracted already: needs count `covered`, lines count `free`.
    """
    kinds = _kinds(session, policy)
    if scope.kind_code is not None:
        kinds = _beside(kinds, scope.kind_code)
    lines = _lines(session, scope, kinds)
    if scope.pledge_id is not None:
        lines = beside_proposed(lines, units_pending(session, scope))
        kinds = {code: kinds[code] for code in sorted({line.kind_code for line in lines})}
    needs = barred(session, scope, kinds, _needs(session, scope, kinds))
    origins = {line.ward_code for line in lines} | scope.wards
    return Snapshot(
        on=scope.on,
        needs=tuple(needs),
        lines=tuple(lines),
        kinds=kinds,
        provinces=_provinces(session, origins),
        pending={} if scope.pledge_id else pairs_pending(session, scope),
        declined=pairs_declined(session, scope),
        by_ward=scope.kind_code is not None,
    )


def _kinds(session: Session, policy: PolicyRules) -> dict[str, Kind]:
    statement = select(SupportKind).where(SupportKind.is_open).order_by(SupportKind.code)
    return {
        k.code: Kind(
            k.code,
            k.model,
            k.fit,
            policy.kind_rule(k.code, KindRule(k.repeat_after_days, k.one_per_household)),
        )
        for k in session.scalars(statement)
    }


def _beside(kinds: Mapping[str, Kind], code: str) -> dict[str, Kind]:
    """A kind alone; but projects and the money for them are one question."""
    if code in kinds and kinds[code].model in CO_FUNDED:
        return {c: kind for c, kind in kinds.items() if kind.model in CO_FUNDED}
    return {c: kind for c, kind in kinds.items() if c == code}


def _lines(session: Session, scope: Scope, kinds: Collection[str]) -> list[FreeLine]:
    statement = (
        select(
            PledgeLine.id,
            PledgeLine.pledge_id,
            Pledge.code,
            Pledge.ward_code,
            PledgeLine.kind_code,
            PledgeLine.spec,
            PledgeLine.free,
            PledgeLine.unit_value,
            Pledge.wards,
            Pledge.groups,
            Pledge.programme_id,
            Pledge.available_from,
            Pledge.available_to,
        )
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(PledgeLine.state == "open", PledgeLine.free > 0)
        .where(PledgeLine.kind_code.in_(kinds))
        .where(Pledge.available_to >= scope.on, _meant_for(scope.wards))
        .order_by(PledgeLine.id)
    )
    if scope.pledge_id is not None:
        statement = statement.where(PledgeLine.pledge_id == scope.pledge_id)
    return [_line(row) for row in session.execute(statement)]


def _line(row: Row[*tuple[Any, ...]]) -> FreeLine:
    head, tail = row[:8], row[10:]
    values: list[Any] = [*head, tuple(row[8]), tuple(row[9]), *tail]
    return FreeLine(*values)


def _meant_for(wards: Iterable[str]) -> ColumnElement[bool]:
    """The pledge names no ward, or one of these."""
    return or_(
        func.jsonb_array_length(Pledge.wards) == 0,
        Pledge.wards.op("?|")(sql_cast(sorted(wards), ARRAY(String))),
    )


def _needs(session: Session, scope: Scope, kinds: Collection[str]) -> list[OpenNeed]:
    only = next(iter(kinds)) if len(kinds) == 1 else None
    groups = groups_in(session, scope.wards, scope.on, only)
    read = _Reader(groups, scope.on)
    return [read.need(row) for row in copy_out(session, _open_needs(scope, kinds))]


def _open_needs(scope: Scope, kinds: Collection[str]) -> Select[*tuple[Any, ...]]:
    """The columns that _Reader.need() reads, of needs that lack something."""
    in_time = or_(Need.deadline_on.is_(None), Need.deadline_on >= scope.on)
    # An arrival is placed beside what is proposed; any other run proposes that anew.
    proposed = proposed_by_need(scope.wards) if scope.pledge_id is not None else None
    had = Need.covered + (0 if proposed is None else func.coalesce(proposed.c.units, 0))
    statement = (
        select(
            Need.id,
            Need.code,
            Need.ward_code,
            Household.group_id,
            Need.household_id,
            Need.member_id,
            Need.kind_code,
            Need.spec,
            Need.units - had,
            Need.cost_dong,
            Need.urgency,
            Need.starts_on,
            Need.deadline_on,
            Need.programme_id,
            func.coalesce(Programme.once_per_household, False),
            sql_cast(func.timezone(str(VIETNAM), Need.approved_at), Date),
            Standing.state,
            Standing.valid_until,
            had,
        )
        .join(Household, Household.id == Need.household_id)
        .outerjoin(Standing, Standing.id == Need.standing_id)
        .outerjoin(Programme, Programme.id == Need.programme_id)
        .where(Need.state == "approved", Need.units > had, in_time)
        .where(Need.ward_code.in_(sorted(scope.wards)), Need.kind_code.in_(kinds))
        .where(Household.state == "active")
        .order_by(Need.id)
    )
    if proposed is None:
        return statement
    return statement.outerjoin(proposed, proposed.c.need_id == Need.id)


class _Reader:
    """Rows as COPY writes them, as needs. Equal texts become one value, read once."""

    def __init__(self, groups: Mapping[str, tuple[str, ...]], on: date) -> None:
        self._groups, self._on = groups, on
        self._days: dict[str | None, date | None] = {None: None}
        self._specs: dict[str | None, dict[str, object]] = {}

    def need(self, row: Sequence[str | None]) -> OpenNeed:
        """A need with its household's groups, and its bar if its standing has ended."""
        values: list[Any] = [
            *row[:7],
            self._spec(row[7]),
            *map(int, filter(None, row[8:11])),
            self._day(row[11]) or self._on,
            self._day(row[12]),
            row[13],
            row[14] == "t",
            self._groups.get(row[4] or "", ()),
            self._day(row[15]) or self._on,
            _bar_of_standing(row[16], self._day(row[17]), self._on),
            int(row[18] or 0),
        ]
        return OpenNeed(*values)

    def _day(self, text: str | None) -> date | None:
        if text not in self._days:
            self._days[text] = date.fromisoformat(text or "")
        return self._days[text]

    def _spec(self, text: str | None) -> dict[str, object]:
        if text not in self._specs:
            self._specs[text] = json.loads(text or "{}")
        return self._specs[text]


def _bar_of_standing(state: str | None, until: date | None, on: date) -> str | None:
    valid = state == "approved" and (until is None or until >= on)
    return None if valid else "standing-no-longer-valid"


def _provinces(session: Session, wards: Iterable[str]) -> dict[str, str]:
    statement = select(Ward.code, Ward.province_code).where(Ward.code.in_(sorted(wards)))
    return {row[0]: row[1] for row in session.execute(statement)}


def wards_to_match(session: Session) -> list[str]:
    """The wards with an open need, of whose kind some line is open. Needs sight of all wards."""
    has_line = (
        select(PledgeLine.id)
        .where(PledgeLine.kind_code == Need.kind_code)
        .where(PledgeLine.state == "open", PledgeLine.free > 0)
        .exists()
    )
    statement = select(Need.ward_code).where(
        Need.state == "approved", Need.units > Need.covered, has_line
    )
    return sorted(session.scalars(statement.distinct()))


def wards_of_pledge(session: Session, pledge_id: str, allowed: frozenset[str]) -> frozenset[str]:
    """Where a pledge is placed at once: the wards it names, else the one that vetted it.

    Only those the job may see; the rest wait for their own runs.
    """
    row = session.execute(
        select(Pledge.ward_code, Pledge.wards).where(Pledge.id == pledge_id)
    ).one_or_none()
    if row is None:
        return frozenset()
    wanted = frozenset(row.wards or [row.ward_code])
    return wanted if "*" in allowed else wanted & allowed
