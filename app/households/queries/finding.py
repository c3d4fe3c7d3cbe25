"""Finding households within the actor's scope. Refused and missing look the same."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    any_,
    bindparam,
    func,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Session

from app.accounts.rules import Actor, Role
from app.households.models import Household, Standing
from app.households.rules import SHOWN_TO_GROUP_LEADERS, HouseholdFilter, StandingState
from app.infra.crypto import cipher
from app.kernel.errors import NotFound
from app.kernel.vietnamese import fold
from app.places.models import ResidentialGroup

LOCAL_TODAY = text("(now() at time zone 'Asia/Ho_Chi_Minh')::date")

PAGE = 25


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A household opened by somebody who may see it; address, phone and note in plain."""

    id: str
    code: str
    ward_code: str
    group_id: str | None
    group: str | None
    head_name: str
    address: str | None
    phone: str | None
    note: str | None
    own_code: str | None
    size: int | None
    import_id: str | None
    state: str
    merged_into: str | None
    version: int
    created_by: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """One line of a list of households."""

    id: str
    code: str
    head_name: str
    group: str | None
    kinds: tuple[str, ...]
    phone_tail: str | None


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """A page of households; `after` (an id) asks for the next one, None at the end."""

    lines: list[HouseholdLine]
    after: str | None
    total: int


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """The households an actor may see: of their wards, for group leaders of their groups."""
    if actor.role in {Role.WARD_OFFICER, Role.WARD_APPROVER}:
        return Household.ward_code.in_(actor.ward_codes)
    if actor.role is Role.GROUP_LEADER:
        return Household.ward_code.in_(actor.ward_codes) & Household.group_id.in_(actor.group_ids)
    if actor.role is Role.SYSTEM:
        return Household.id.is_not(None)
    raise NotFound("household")


def is_shown(actor: Actor, kind: str) -> bool:
    """Whether a fact of this kind may be read: a group leader reads the class only."""
    return actor.role is not Role.GROUP_LEADER or kind in SHOWN_TO_GROUP_LEADERS


def household_for(session: Session, actor: Actor, household_id: str) -> HouseholdView:
    """Open one household; there is no other way.

    Raises NotFound for a missing row and for one that the actor may not see: they look the same.
    """
    statement = (
        select(Household, ResidentialGroup.name)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
        .where(Household.id == household_id, Household.state != "erased", in_scope(actor))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("household")
    return _view(row[0], row[1])


def _view(row: Household, group: str | None) -> HouseholdView:
    return HouseholdView(
        id=row.id,
        code=row.code,
        ward_code=row.ward_code,
        group_id=row.group_id,
        group=group,
        head_name=row.head_name,
        address=opened(row.address, "address", row.id),
        phone=opened(row.phone, "phone", row.id),
        note=opened(row.note, "note", row.id),
        own_code=row.own_code,
        size=row.size,
        import_id=row.import_id,
        state=row.state,
        merged_into=row.merged_into,
        version=row.version,
        created_by=row.created_by,
        created_at=row.created_at,
    )


def opened(stored: bytes | None, column: str, household_id: str) -> str | None:
    """An encrypted field of a household in plain, None if it is empty."""
    return (
        None if stored is None else cipher().decrypt(stored, f"household.{column}:{household_id}")
    )


def households_seen_by(
    session: Session, actor: Actor, wanted: HouseholdFilter, after: str | None = None
) -> HouseholdPage:
    """A page of the households in scope, by given name.

    after: the id that the page before ended with, since a key would put a name into the
    address. Pages by key, so the last page costs as little as the first.
    """
    # What somebody searches for may be a name, so it is not kept.
    built = _counted_and_shown.__wrapped__ if wanted.search else _counted_and_shown
    scope = Actor(None, actor.role, ward_codes=actor.ward_codes, group_ids=actor.group_ids)
    counted, shown = built(scope, wanted, goes_on=bool(after))
    total = session.scalar(counted) or 0
    rows = session.execute(shown, {"after": after} if after else None).all()
    lines = _lines(session, actor, rows[:PAGE])
    return HouseholdPage(lines, lines[-1].id if len(rows) > PAGE else None, total)


# Building the two takes longer than running them, and an officer opens the same lists again.
@lru_cache(maxsize=1_000)
def _counted_and_shown(
    scope: Actor, wanted: HouseholdFilter, *, goes_on: bool
) -> tuple[Select[int], Select[*tuple[Any, ...]]]:
    """What counts the households, and what reads a page of them."""
    found = narrowed(scope, wanted)
    counted = found.with_only_columns(func.count())
    if goes_on:
        after = bindparam("after", type_=String())
        last = select(Household.sort_key, Household.id).where(Household.id == after)
        found = found.where(tuple_(Household.sort_key, Household.id) > last.scalar_subquery())
    ordered = found.order_by(Household.sort_key, Household.id).limit(PAGE + 1)
    return counted, _shown(ordered)


def in_force_today() -> ColumnElement[bool]:
    """That a fact is approved and holds today; what ran out stays approved in its row."""
    return and_(
        Standing.state == StandingState.APPROVED,
        Standing.valid_from <= LOCAL_TODAY,
        or_(Standing.valid_until.is_(None), Standing.valid_until >= LOCAL_TODAY),
    )


def narrowed(actor: Actor, wanted: HouseholdFilter) -> Select[Household]:
    """The active households in the actor's scope that a filter leaves."""
    found = select(Household).where(Household.state == "active", in_scope(actor))
    for word in fold(wanted.search).split():
        found = found.where(Household.search_text.contains(word, autoescape=True))
    if wanted.group_id:
        found = found.where(Household.group_id == wanted.group_id)
    if wanted.kind:
        of_kind = select(Standing.household_id).where(
            Standing.kind == wanted.kind, in_force_today()
        )
        found = found.where(Household.id.in_(of_kind))
    return found


def _shown(found: Select[Household]) -> Select[*tuple[Any, ...]]:
    """Of some households what a line tells, and no more: nothing that is encrypted is read."""
    return found.outerjoin(
        ResidentialGroup, ResidentialGroup.id == Household.group_id
    ).with_only_columns(
        Household.id,
        Household.code,
        Household.head_name,
        ResidentialGroup.name.label("group"),
        Household.phone_tail,
    )


def _lines(
    session: Session, actor: Actor, rows: Sequence[Row[*tuple[Any, ...]]]
) -> list[HouseholdLine]:
    kinds = kinds_of(session, actor, [row.id for row in rows])
    return [HouseholdLine(kinds=kinds.get(row.id, ()), **row._asdict()) for row in rows]


def groups_of(session: Session, rows: Collection[Household]) -> dict[str, str]:
    """The names of the residential groups of some households, by the group's id."""
    named = select(ResidentialGroup.id, ResidentialGroup.name).where(
        ResidentialGroup.id.in_({row.group_id for row in rows if row.group_id})
    )
    return dict(session.execute(named).all())


def kinds_of(
    session: Session, actor: Actor, household_ids: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The facts in force that the actor may read of each household, each kind once."""
    kinds: dict[str, tuple[str, ...]] = {}
    for household_id, kind in session.execute(_kinds(), {"households": list(household_ids)}):
        known = kinds.get(household_id, ())
        if is_shown(actor, kind) and kind not in known:
            kinds[household_id] = (*known, kind)
    return kinds


@cache
def _kinds() -> Select[str, str]:
    """The facts in force of `households`: an array, so that any number of them is one statement."""
    households = any_(bindparam("households", type_=ARRAY(String())))
    return (
        select(Standing.household_id, Standing.kind)
        .where(Standing.household_id == households, in_force_today())
        .order_by(Standing.kind)
    )


def lock_household(session: Session, *household_ids: str) -> set[str]:
    """Hold the households' rows until the transaction ends: who comes second waits here.

    Returns those that are still active, as they are once held.
    """
    wanted = select(Household.id, Household.state).where(Household.id.in_(household_ids))
    rows = session.execute(wanted.order_by(Household.id).with_for_update())
    return {household_id for household_id, state in rows if state == "active"}
