"""Reading what a run decides on. Call in one REPEATABLE READ transaction."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.catalogue.models import SupportKind
from app.infra.columns import Columns, among, read_columns
from app.matching.queries.bars import barred
from app.matching.queries.groups import born_by, groups_by
from app.matching.queries.open_rows import free_lines, open_needs
from app.matching.queries.pending import (
    beside_proposed,
    pairs_declined,
    pairs_pending,
    units_pending,
)
from app.matching.rules.policy import KindRule, PolicyRules
from app.matching.rules.snapshot import CO_FUNDED, FreeLine, Kind, OpenNeed, Scope, Snapshot
from app.matching.rules.table import Column, Table, together
from app.needs.models import Need
from app.places.models import Ward
from app.pledges.models import Pledge, PledgeLine

Reader: TypeAlias = Callable[[Any], Any]
Row = TypeVar("Row", bound=NamedTuple)
# How the texts of a column become values; the others are texts.
READERS: Mapping[str, Reader] = {
    **dict.fromkeys(("units", "cost_dong", "urgency", "had", "unit_value"), int),
    **dict.fromkeys(("starts_on", "deadline_on", "waiting_since"), date.fromisoformat),
    **dict.fromkeys(("available_from", "available_to"), date.fromisoformat),
    "spec": json.loads,
    **dict.fromkeys(("wards", "groups"), lambda text: tuple(json.loads(text))),
    **dict.fromkeys(("once_in_programme", "has_elder"), "true".__eq__),
    "held": lambda text: frozenset(text.split(",")),
}

IDS = frozenset({"id", "code"})


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
        kinds = {code: kinds[code] for code in sorted(lines.column("kind_code").values)}
    needs = barred(session, scope, kinds, _needs(session, scope, kinds))
    origins = scope.wards.union(lines.column("ward_code").values)
    return Snapshot(
        on=scope.on,
        needs=needs,
        lines=lines,
        kinds=kinds,
        provinces=_provinces(session, origins),
        pending={} if scope.is_arrival else pairs_pending(session, scope),
        declined=pairs_declined(session, scope),
        by_ward=scope.kind_code is not None,
    )


def _kinds(session: Session, policy: PolicyRules) -> dict[str, Kind]:
    """The open kinds under the rules of a policy, by code and in its order."""
    return {
        code: Kind(code, model, fit, policy.kind_rule(code, KindRule(days, one_per_household)))
        for code, model, fit, days, one_per_household in session.execute(_open_kinds())
    }


@cache
def _open_kinds() -> Select[str, str, dict[str, object], int, bool]:
    return (
        select(
            SupportKind.code,
            SupportKind.model,
            SupportKind.fit,
            SupportKind.repeat_after_days,
            SupportKind.one_per_household,
        )
        .where(SupportKind.is_open)
        .order_by(SupportKind.code)
    )


def _kind_of(session: Session, need_id: str) -> str:
    """The need's kind; no kind at all for a need that is out of sight."""
    return session.scalar(select(Need.kind_code).where(Need.id == need_id)) or ""


def _beside(kinds: Mapping[str, Kind], code: str) -> dict[str, Kind]:
    """A kind alone; but projects and the money for them are one question."""
    if code in kinds and kinds[code].model in CO_FUNDED:
        return {c: kind for c, kind in kinds.items() if kind.model in CO_FUNDED}
    return {c: kind for c, kind in kinds.items() if c == code}


def _lines(session: Session, scope: Scope, kinds: Collection[str]) -> Table[FreeLine]:
    columns = free_lines(of_pledge=scope.pledge_id is not None)
    return _table(FreeLine, _columns(session, FreeLine._fields, columns, _given(scope, kinds)))


def _needs(session: Session, scope: Scope, kinds: Collection[str]) -> Table[OpenNeed]:
    columns = open_needs(
        beside_proposed=scope.is_arrival,
        alone=scope.need_id is not None,
        of_all_kinds=scope.kind_code is None and not scope.is_arrival,
    )
    names = (*(name for name in OpenNeed._fields if name != "groups"), "held", "has_elder")
    found = _columns(session, names, columns, _given(scope, kinds))
    known = together(found["held"], found["has_elder"])
    found["groups"] = known.map(lambda f: groups_by(f[0] or (), f[1], scope.on)).distinct()
    return _table(OpenNeed, found)


def _given(scope: Scope, kinds: Collection[str]) -> dict[str, object]:
    """What the statements of a snapshot are told."""
    return {
        "wards": sorted(scope.wards),
        "kinds": sorted(kinds),
        "on": scope.on,
        "old": born_by(scope.on),
        "need_id": scope.need_id,
        "pledge_id": scope.pledge_id,
    }


def _columns(
    session: Session, names: Sequence[str], columns: Columns, given: Mapping[str, object]
) -> dict[str, Column[Any]]:
    """The columns of a statement under these names, each distinct text read once."""
    texts = zip(names, read_columns(session, columns, given), strict=True)
    coded = (
        (name, (Column.of_ids if name in IDS else Column.of)(column)) for name, column in texts
    )
    return {
        name: column.map(_or_none(READERS[name])) if name in READERS else column
        for name, column in coded
    }


def _table(made: type[Row], columns: Mapping[str, Column[Any]]) -> Table[Row]:
    in_order = {name: columns[name] for name in made._fields}
    return Table(made, in_order, len(columns["id"]))


def _or_none(reader: Reader) -> Reader:
    return lambda text: None if text is None else reader(text)


def _provinces(session: Session, wards: Iterable[str]) -> dict[str, str]:
    statement = select(Ward.code, Ward.province_code).where(among(Ward.code, wards))
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
