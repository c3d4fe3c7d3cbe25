"""Finding needs within the actor's wards. Refused and missing look the same."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    BindParameter,
    DateTime,
    Integer,
    Select,
    String,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.households.models import Household, Member
from app.infra.columns import among
from app.infra.crypto import cipher
from app.infra.prepared import Prepared
from app.infra.searching import matches, patterns_of
from app.kernel.errors import NotFound
from app.needs.models import Need
from app.needs.queries.paging import read_key, write_key
from app.needs.rules import NeedFilter
from app.places.models import ResidentialGroup

PAGE = 25


@dataclass(frozen=True, slots=True)
class NeedView:
    """A need opened by ward staff; `evidence` are the codes of what was shown."""

    id: str
    code: str
    ward_code: str
    household_id: str
    head_name: str
    member_id: str | None
    member_name: str | None
    kind_code: str
    programme_id: str | None
    spec: dict[str, object]
    units: int
    covered: int
    handed: int
    cost_dong: int
    urgency: int
    starts_on: date
    deadline_on: date | None
    story: str
    evidence: tuple[str, ...]
    light: bool
    state: str
    created_by: str
    created_at: datetime
    verified_by: str | None
    verified_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    returned_reason: str | None
    version: int


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One line of a list of needs."""

    id: str
    code: str
    household_id: str
    head_name: str
    group: str | None
    kind_code: str
    units: int
    covered: int
    urgency: int
    deadline_on: date | None
    state: str
    created_at: datetime
    created_by: str
    verified_by: str | None
    light: bool


@dataclass(frozen=True, slots=True)
class NeedPage:
    """A page of needs, oldest first; `after` is the key of the next, None at the end."""

    lines: list[NeedLine]
    after: str | None


def need_for(session: Session, actor: Actor, need_id: str) -> NeedView:
    """Open one need; there is no other way. Raises NotFound."""
    statement = (
        select(Need, Household.head_name, Member.name)
        .join(Household, Household.id == Need.household_id)
        .outerjoin(Member, Member.id == Need.member_id)
        .where(Need.id == need_id, Need.ward_code.in_(actor.ward_codes))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("need")
    return _view(*row)


def _view(need: Need, head_name: str, member_name: str | None) -> NeedView:
    shown = need.evidence.get("shown", [])
    place = f"need.story:{need.id}"
    return NeedView(
        id=need.id,
        code=need.code,
        ward_code=need.ward_code,
        household_id=need.household_id,
        head_name=head_name,
        member_id=need.member_id,
        member_name=member_name,
        kind_code=need.kind_code,
        programme_id=need.programme_id,
        spec=need.spec,
        units=need.units,
        covered=need.covered,
        handed=need.handed,
        cost_dong=need.cost_dong,
        urgency=need.urgency,
        starts_on=need.starts_on,
        deadline_on=need.deadline_on,
        story=cipher().decrypt(need.story, place) if need.story else "",
        evidence=tuple(str(code) for code in shown) if isinstance(shown, list) else (),
        light=need.light,
        state=need.state,
        created_by=need.created_by,
        created_at=need.created_at,
        verified_by=need.verified_by,
        verified_at=need.verified_at,
        approved_by=need.approved_by,
        approved_at=need.approved_at,
        returned_reason=need.returned_reason,
        version=need.version,
    )


def needs_of(session: Session, household_id: str) -> list[NeedLine]:
    """All needs of a household, newest first. The caller has opened the household."""
    statement = _lines().where(Need.household_id == household_id)
    rows = session.execute(statement.order_by(Need.created_at.desc(), Need.id))
    return [NeedLine(*row) for row in rows]


def needs_seen_by(
    session: Session, actor: Actor, wanted: NeedFilter, after: str | None = None
) -> NeedPage:
    """A page of the needs of the actor's wards, the longest waiting first."""
    key, patterns = read_key(after), patterns_of(wanted.search)
    given = {
        "wards": sorted(actor.ward_codes),
        "state": wanted.state,
        "kind": wanted.kind_code,
        "urgency": wanted.urgency,
        "after_at": key and key[0],
        "after": key and key[1],
        **{f"word_{n}": pattern for n, pattern in enumerate(patterns)},
    }
    statement = _page(
        of_state=bool(wanted.state),
        of_kind=bool(wanted.kind_code),
        urgent=wanted.urgency is not None,
        words=len(patterns),
        goes_on=key is not None,
    )
    lines = [NeedLine(*row) for row in statement.rows(session, given)]
    if len(lines) <= PAGE:
        return NeedPage(lines, None)
    return NeedPage(lines[:PAGE], write_key(lines[PAGE - 1].created_at, lines[PAGE - 1].id))


Lines: TypeAlias = Select[*tuple[Any, ...]]


@lru_cache(maxsize=200)
def _page(*, of_state: bool, of_kind: bool, urgent: bool, words: int, goes_on: bool) -> Prepared:
    """A page of the needs of `wards`, narrowed by some of the filter's fields."""
    found = _lines().where(among(Need.ward_code, bindparam("wards", type_=ARRAY(String()))))
    if of_state:
        found = found.where(Need.state == _text("state"))
    if of_kind:
        found = found.where(Need.kind_code == _text("kind"))
    if urgent:
        found = found.where(Need.urgency >= bindparam("urgency", type_=Integer()))
    for number in range(words):
        word = _text(f"word_{number}")
        found = found.where(
            or_(matches(Household.search_text, word), matches(func.lower(Need.code), word))
        )
    if goes_on:
        last = tuple_(bindparam("after_at", type_=DateTime(timezone=True)), _text("after"))
        found = found.where(tuple_(Need.created_at, Need.id) > last)
    return Prepared(found.order_by(Need.created_at, Need.id).limit(PAGE + 1))


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=String())


# Built once: a list reads no more than it shows, where an entity has 30 columns.
@cache
def _lines() -> Lines:
    """The fields of NeedLine in their order."""
    return (
        select(
            Need.id,
            Need.code,
            Need.household_id,
            Household.head_name,
            ResidentialGroup.name,
            Need.kind_code,
            Need.units,
            Need.covered,
            Need.urgency,
            Need.deadline_on,
            Need.state,
            Need.created_at,
            Need.created_by,
            Need.verified_by,
            Need.light,
        )
        .join(Household, Household.id == Need.household_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
    )
