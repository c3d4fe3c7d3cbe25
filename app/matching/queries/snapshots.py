"""Reading what a run decides on. Call in one REPEATABLE READ transaction."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Date, Row, Select, String, and_, case, func, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.catalogue.models import SupportKind
from app.households.models import Household, Standing
from app.infra.columns import read_columns
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

Reader: TypeAlias = Callable[[str], object]
STANDING_ENDED = "standing-no-longer-valid"
# How the texts of a need's columns become values; the others are texts.
READERS: Mapping[str, Reader] = {
    **dict.fromkeys(("ward_code", "group_id", "kind_code", "programme_id", "bar"), str),
    **dict.fromkeys(("units", "cost_dong", "urgency", "had"), int),
    **dict.fromkeys(("starts_on", "deadline_on", "waiting_since"), date.fromisoformat),
    "spec": json.loads,
    "once_in_programme": "true".__eq__,
}


def read_snapshot(session: Session, scope: Scope, policy: PolicyRules) -> Snapshot:
    """The open needs of the scope's wards and the free lines that are meant for them.

    What is allocated is subtracted already: needs count `covered`, lines count `free`.
    """
    kinds = _kinds(session, policy)
    only = scope.kind_code if scope.need_id is None else _kind_of(session, scope.need_id)
    if only is not None:
        kinds = _beside(kinds, only)
    lines = _lines(session, scope, kinds)
    if scope.is_arrival:
        lines = beside_proposed(lines, units_pending(session, scope))
    if scope.pledge_id is not None:
        kinds = {code: kinds[code] for code in sorted({line.kind_code for line in lines})}
    needs = barred(session, scope, kinds, _needs(session, scope, kinds))
    origins = {line.ward_code for line in lines} | scope.wards
    return Snapshot(
        on=scope.on,
        needs=tuple(needs),
        lines=tuple(lines),
        kinds=kinds,
        provinces=_provinces(session, origins),
        pending={} if scope.is_arrival else pairs_pending(session, scope),
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


def _kind_of(session: Session, need_id: str) -> str:
    """The need's kind; no kind at all for a need that is out of sight."""
    return session.scalar(select(Need.kind_code).where(Need.id == need_id)) or ""


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
    readers: dict[str, Reader] = {**READERS, "groups": lambda household: groups.get(household, ())}
    columns = read_columns(session, _open_needs(scope, kinds))
    named = zip(OpenNeed._fields, columns, strict=True)
    return list(map(OpenNeed, *(_read(texts, readers.get(name)) for name, texts in named)))


def _read(texts: Sequence[str | None], reader: Reader | None) -> Sequence[Any]:
    """The values of a column. Equal texts become one value, read once."""
    if reader is None:
        return texts
    known = {text: None if text is None else reader(text) for text in set(texts)}
    return [known[text] for text in texts]


def _open_needs(scope: Scope, kinds: Collection[str]) -> Select[*tuple[Any, ...]]:
    """The needs that lack something, with _columns_of()."""
    # An arrival is placed beside what is proposed; any other run proposes that anew.
    proposed = proposed_by_need(scope.wards) if scope.is_arrival else None
    had = Need.covered + (0 if proposed is None else func.coalesce(proposed.c.units, 0))
    statement = (
        select(*_columns_of(had, scope.on))
        .join(Household, Household.id == Need.household_id)
        .outerjoin(Standing, Standing.id == Need.standing_id)
        .outerjoin(Programme, Programme.id == Need.programme_id)
        .where(Need.state == "approved", Need.units > had)
        .where(or_(Need.deadline_on.is_(None), Need.deadline_on >= scope.on))
        .where(Need.ward_code.in_(sorted(scope.wards)), Need.kind_code.in_(kinds))
        .where(Household.state == "active")
        .order_by(Need.id)
    )
    if scope.need_id is not None:
        statement = statement.where(Need.id == scope.need_id)
    if proposed is None:
        return statement
    return statement.outerjoin(proposed, proposed.c.need_id == Need.id)


def _columns_of(had: ColumnElement[int], on: date) -> Sequence[ColumnElement[Any]]:
    """A column for each field of OpenNeed, in its order.

    In place of the groups stands the household that they are looked up by.
    """
    is_valid = or_(Standing.valid_until.is_(None), Standing.valid_until >= on)
    approved_on = sql_cast(func.timezone(str(VIETNAM), Need.approved_at), Date)
    named: Sequence[Any] = (
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
        func.coalesce(Need.starts_on, on),
        Need.deadline_on,
        Need.programme_id,
        func.coalesce(Programme.once_per_household, False),
        Need.household_id,
        func.coalesce(approved_on, on),
        case((and_(Standing.state == "approved", is_valid), None), else_=STANDING_ENDED),
        had,
    )
    return named


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
