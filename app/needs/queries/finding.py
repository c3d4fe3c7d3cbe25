"""Finding needs within the actor's wards. Refused and missing look the same."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.households.models import Household
from app.infra.crypto import cipher
from app.kernel.errors import NotFound
from app.needs.models import Need
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
class NeedFilter:
    """What a list of needs is narrowed to."""

    state: str | None = None
    kind_code: str | None = None


@dataclass(frozen=True, slots=True)
class NeedPage:
    """A page of needs, oldest first; `after` is the key of the next, None at the end."""

    lines: list[NeedLine]
    after: str | None


def need_for(session: Session, actor: Actor, need_id: str) -> NeedView:
    """Open one need; there is no other way. Raises NotFound."""
    statement = (
        select(Need, Household.head_name)
        .join(Household, Household.id == Need.household_id)
        .where(Need.id == need_id, Need.ward_code.in_(actor.ward_codes))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("need")
    need, head_name = row
    return _view(need, head_name)


def _view(need: Need, head_name: str) -> NeedView:
    shown = need.evidence.get("shown", [])
    place = f"need.story:{need.id}"
    return NeedView(
        id=need.id,
        code=need.code,
        ward_code=need.ward_code,
        household_id=need.household_id,
        head_name=head_name,
        member_id=need.member_id,
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
    rows = session.execute(statement.order_by(Need.created_at.desc(), Need.id)).tuples()
    return [_line(need, name, group) for need, name, group in rows]


def needs_seen_by(
    session: Session, actor: Actor, wanted: NeedFilter, after: str | None = None
) -> NeedPage:
    """A page of the needs of the actor's wards, the longest waiting first."""
    statement = _lines().where(Need.ward_code.in_(actor.ward_codes))
    if wanted.state:
        statement = statement.where(Need.state == wanted.state)
    if wanted.kind_code:
        statement = statement.where(Need.kind_code == wanted.kind_code)
    if after and "|" in after:
        at, _, last_id = after.rpartition("|")
        moment = datetime.fromisoformat(at)
        statement = statement.where(tuple_(Need.created_at, Need.id) > (moment, last_id))
    ordered = statement.order_by(Need.created_at, Need.id).limit(PAGE + 1)
    lines = [_line(*row) for row in session.execute(ordered).tuples()]
    if len(lines) <= PAGE:
        return NeedPage(lines, None)
    last = lines[PAGE - 1]
    return NeedPage(lines[:PAGE], f"{last.created_at.isoformat()}|{last.id}")


def _lines() -> Select[Need, str, str | None]:
    return (
        select(Need, Household.head_name, ResidentialGroup.name)
        .join(Household, Household.id == Need.household_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
    )


def _line(need: Need, head_name: str, group: str | None) -> NeedLine:
    return NeedLine(
        id=need.id,
        code=need.code,
        household_id=need.household_id,
        head_name=head_name,
        group=group,
        kind_code=need.kind_code,
        units=need.units,
        covered=need.covered,
        urgency=need.urgency,
        deadline_on=need.deadline_on,
        state=need.state,
        created_at=need.created_at,
        created_by=need.created_by,
        verified_by=need.verified_by,
        light=need.light,
    )
