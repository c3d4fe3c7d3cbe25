"""The list of households within the actor's scope: one statement for each way to narrow it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Select,
    String,
    bindparam,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from app.accounts.rules import Actor, Role
from app.households.models import Household, Standing
from app.households.queries.finding import PAGE, in_force_today, in_scope, in_scope_of, is_shown
from app.households.rules import HouseholdFilter
from app.infra.columns import among
from app.infra.prepared import Prepared, Row
from app.infra.searching import matches, patterns_of
from app.places.models import ResidentialGroup


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """One line of a list of households."""

    id: str
    code: str
    head_name: str
    group: str | None
    phone_tail: str | None
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """A page of households; `after` (an id) asks for the next one, None at the end."""

    lines: list[HouseholdLine]
    after: str | None
    total: int


def households_seen_by(
    session: Session, actor: Actor, wanted: HouseholdFilter, after: str | None = None
) -> HouseholdPage:
    """A page of the households in scope, by given name.

    after: the id that the page before ended with, since a key would put a name into the
    address. Pages by key, so the last page costs as little as the first.
    """
    patterns = {f"word_{n}": pattern for n, pattern in enumerate(patterns_of(wanted.search))}
    shape = _Shape(actor.role, bool(wanted.group_id), bool(wanted.kind), len(patterns))
    given = {
        "wards": sorted(actor.ward_codes),
        "groups": sorted(actor.group_ids),
        "group": wanted.group_id,
        "kind": wanted.kind,
        "after": after,
        **patterns,
    }
    total = _counted(shape).value(session, given) or 0
    rows = _page(shape, goes_on=bool(after)).rows(session, given)
    lines = _lines(session, actor, rows[:PAGE])
    return HouseholdPage(lines, lines[-1].id if len(rows) > PAGE else None, total)


class _Shape(NamedTuple):
    """Who asks, and by what a list is narrowed; not to what."""

    role: Role
    in_group: bool
    of_kind: bool
    words: int

    def found(self) -> Select[Household]:
        """The households, with all that is asked for as named parameters."""
        return _narrowed(
            in_scope_of(self.role, _texts("wards"), _texts("groups")),
            [_text(f"word_{n}") for n in range(self.words)],
            _text("group") if self.in_group else None,
            _text("kind") if self.of_kind else None,
        )


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=String())


def _texts(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=ARRAY(String()))


@lru_cache(maxsize=200)
def _counted(shape: _Shape) -> Prepared:
    """What counts the households."""
    return Prepared(shape.found().with_only_columns(func.count()))


@lru_cache(maxsize=200)
def _page(shape: _Shape, *, goes_on: bool) -> Prepared:
    """What reads a page of them."""
    found = shape.found()
    if goes_on:
        last = select(Household.sort_key, Household.id).where(Household.id == _text("after"))
        found = found.where(tuple_(Household.sort_key, Household.id) > last.scalar_subquery())
    return Prepared(_shown(found.order_by(Household.sort_key, Household.id).limit(PAGE + 1)))


def narrowed(actor: Actor, wanted: HouseholdFilter) -> Select[Household]:
    """The active households in the actor's scope that a filter leaves."""
    patterns = patterns_of(wanted.search)
    return _narrowed(in_scope(actor), patterns, wanted.group_id or None, wanted.kind or None)


def _narrowed(
    scope: ColumnElement[bool],
    patterns: Sequence[str | BindParameter[str]],
    group_id: str | BindParameter[str] | None,
    kind: str | BindParameter[str] | None,
) -> Select[Household]:
    found = select(Household).where(Household.state == "active", scope)
    for pattern in patterns:
        found = found.where(matches(Household.search_text, pattern))
    if group_id is not None:
        found = found.where(Household.group_id == group_id)
    if kind is not None:
        of_kind = select(Standing.household_id).where(Standing.kind == kind, in_force_today())
        found = found.where(Household.id.in_(of_kind))
    return found


def _shown(found: Select[Household]) -> Select[*tuple[Any, ...]]:
    """Of some households what a line tells, but for their kinds; nothing encrypted is read."""
    return found.outerjoin(
        ResidentialGroup, ResidentialGroup.id == Household.group_id
    ).with_only_columns(
        Household.id,
        Household.code,
        Household.head_name,
        ResidentialGroup.name.label("group"),
        Household.phone_tail,
    )


def _lines(session: Session, actor: Actor, rows: Sequence[Row]) -> list[HouseholdLine]:
    kinds = kinds_of(session, actor, [row[0] for row in rows])
    return [HouseholdLine(*(*row, kinds.get(row[0], ()))) for row in rows]


def kinds_of(
    session: Session, actor: Actor, household_ids: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The facts in force that the actor may read of each household, each kind once."""
    kinds: dict[str, tuple[str, ...]] = {}
    for household_id, kind in _kinds().rows(session, {"households": list(household_ids)}):
        known = kinds.get(household_id, ())
        if is_shown(actor, kind) and kind not in known:
            kinds[household_id] = (*known, kind)
    return kinds


@cache
def _kinds() -> Prepared:
    """The facts in force of `households`: an array, so that any number of them is one statement."""
    households = bindparam("households", type_=ARRAY(String()))
    return Prepared(
        select(Standing.household_id, Standing.kind)
        .where(among(Standing.household_id, households), in_force_today())
        .order_by(Standing.kind)
    )
