"""Finding households within the actor's scope. Refused and missing look the same."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.accounts.rules import Actor, Role
from app.households.models import Consent, Household, Member, Standing
from app.households.rules import StandingState, safe_groups
from app.infra.crypto import cipher
from app.kernel.errors import NotFound
from app.kernel.vietnamese import fold
from app.places.models import ResidentialGroup

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
    state: str
    version: int
    created_by: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MemberView:
    """A person of a household; the citizen number is only a tail."""

    id: str
    name: str
    sex: str | None
    birth_year: int | None
    born_on: date | None
    relation: str | None
    is_head: bool
    citizen_tail: str | None


@dataclass(frozen=True, slots=True)
class StandingView:
    """A fact with who vouched for it."""

    id: str
    household_id: str
    member_id: str | None
    kind: str
    source: str
    light: bool
    state: str
    created_by: str
    created_at: datetime
    verified_by: str | None
    verified_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    valid_from: date
    valid_until: date | None
    returned_reason: str | None


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """One line of a list of households."""

    id: str
    code: str
    head_name: str
    group: str | None
    kinds: tuple[str, ...]
    phone_tail: str | None
    sort_key: str


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """A page of households; `after` asks for the next one by key, None at the end."""

    lines: list[HouseholdLine]
    after: str | None
    total: int


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A fact that waits for somebody, with whose it is."""

    standing: StandingView
    household_code: str
    head_name: str
    group: str | None


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    """The households an actor may see: of their wards, for group leaders of their groups."""
    if actor.role in {Role.WARD_OFFICER, Role.WARD_APPROVER}:
        return Household.ward_code.in_(actor.ward_codes)
    if actor.role is Role.GROUP_LEADER:
        return Household.ward_code.in_(actor.ward_codes) & Household.group_id.in_(actor.group_ids)
    if actor.role is Role.SYSTEM:
        return Household.id.is_not(None)
    raise NotFound("household")


def household_for(session: Session, actor: Actor, household_id: str) -> HouseholdView:
    """Open one household; there is no other way.

    Raises NotFound for a missing row and for one that the actor may not see: they look the same.
    """
    statement = (
        select(Household, ResidentialGroup.name)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
        .where(Household.id == household_id, Household.state != "erased", _in_scope(actor))
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
        address=_open(row.address, "address", row.id),
        phone=_open(row.phone, "phone", row.id),
        note=_open(row.note, "note", row.id),
        state=row.state,
        version=row.version,
        created_by=row.created_by,
        created_at=row.created_at,
    )


def _open(stored: bytes | None, column: str, household_id: str) -> str | None:
    return (
        None if stored is None else cipher().decrypt(stored, f"household.{column}:{household_id}")
    )


@dataclass(frozen=True, slots=True)
class HouseholdFilter:
    """What a list of households is narrowed to; `search` needs no accents."""

    search: str = ""
    group_id: str | None = None
    kind: str | None = None


def households_seen_by(
    session: Session, actor: Actor, wanted: HouseholdFilter, after: str | None = None
) -> HouseholdPage:
    """A page of the households in scope, by given name.

    after: the key that the page before ended with. Pages by key, so the last page costs as
    little as the first.
    """
    found = select(Household).where(Household.state == "active", _in_scope(actor))
    for word in fold(wanted.search).split():
        found = found.where(Household.search_text.contains(word, autoescape=True))
    if wanted.group_id:
        found = found.where(Household.group_id == wanted.group_id)
    if wanted.kind:
        of_kind = select(Standing.household_id).where(
            Standing.kind == wanted.kind, Standing.state == StandingState.APPROVED
        )
        found = found.where(Household.id.in_(of_kind))
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    if after and "|" in after:
        sort_key, _, last_id = after.rpartition("|")
        found = found.where(tuple_(Household.sort_key, Household.id) > (sort_key, last_id))
    rows = session.scalars(found.order_by(Household.sort_key, Household.id).limit(PAGE + 1)).all()
    lines = _lines(session, rows[:PAGE])
    more = len(rows) > PAGE
    return HouseholdPage(lines, f"{lines[-1].sort_key}|{lines[-1].id}" if more else None, total)


def _lines(session: Session, rows: Collection[Household]) -> list[HouseholdLine]:
    ids = [row.id for row in rows]
    groups = dict(
        session.execute(
            select(ResidentialGroup.id, ResidentialGroup.name).where(
                ResidentialGroup.id.in_({row.group_id for row in rows if row.group_id})
            )
        ).tuples()
    )
    kinds: dict[str, list[str]] = {}
    statement = (
        select(Standing.household_id, Standing.kind)
        .where(Standing.household_id.in_(ids), Standing.state == StandingState.APPROVED)
        .order_by(Standing.kind)
    )
    for household_id, kind in session.execute(statement).tuples():
        kinds.setdefault(household_id, []).append(kind)
    return [
        HouseholdLine(
            id=row.id,
            code=row.code,
            head_name=row.head_name,
            group=groups.get(row.group_id or ""),
            kinds=tuple(dict.fromkeys(kinds.get(row.id, []))),
            phone_tail=row.phone_tail,
            sort_key=row.sort_key,
        )
        for row in rows
    ]


def members_of(session: Session, household_id: str) -> list[MemberView]:
    """The people who live in a household now, its head first. The caller has opened it."""
    statement = (
        select(Member)
        .where(Member.household_id == household_id, Member.left_on.is_(None))
        .order_by(Member.is_head.desc(), Member.birth_year, Member.id)
    )
    return [
        MemberView(
            m.id, m.name, m.sex, m.birth_year, m.born_on, m.relation, m.is_head, m.citizen_tail
        )
        for m in session.scalars(statement)
    ]


def standings_of(session: Session, household_id: str) -> list[StandingView]:
    """All facts of a household, the newest first. The caller has opened it."""
    statement = (
        select(Standing)
        .where(Standing.household_id == household_id)
        .order_by(Standing.created_at.desc(), Standing.id)
    )
    return [_standing(s) for s in session.scalars(statement)]


def standing_for(session: Session, actor: Actor, standing_id: str) -> StandingView:
    """One fact of a household in scope. Raises NotFound."""
    statement = (
        select(Standing)
        .join(Household, Household.id == Standing.household_id)
        .where(Standing.id == standing_id, _in_scope(actor))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("standing")
    return _standing(found)


def _standing(s: Standing) -> StandingView:
    return StandingView(
        id=s.id,
        household_id=s.household_id,
        member_id=s.member_id,
        kind=s.kind,
        source=s.source,
        light=s.light,
        state=s.state,
        created_by=s.created_by,
        created_at=s.created_at,
        verified_by=s.verified_by,
        verified_at=s.verified_at,
        approved_by=s.approved_by,
        approved_at=s.approved_at,
        valid_from=s.valid_from,
        valid_until=s.valid_until,
        returned_reason=s.returned_reason,
    )


def standings_waiting(
    session: Session, actor: Actor, state: str, *, after: str | None = None
) -> tuple[list[StandingLine], str | None]:
    """Facts in a state, oldest first, and the key of the next page."""
    statement = (
        select(Standing, Household.code, Household.head_name, ResidentialGroup.name)
        .join(Household, Household.id == Standing.household_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
        .where(Standing.state == state, _in_scope(actor))
        .order_by(Standing.created_at, Standing.id)
        .limit(PAGE + 1)
    )
    if after and "|" in after:
        at, _, last_id = after.rpartition("|")
        moment = datetime.fromisoformat(at)
        statement = statement.where(tuple_(Standing.created_at, Standing.id) > (moment, last_id))
    rows = session.execute(statement).tuples().all()
    lines = [StandingLine(_standing(s), code, name, group) for s, code, name, group in rows[:PAGE]]
    if len(rows) <= PAGE:
        return lines, None
    last = lines[-1].standing
    return lines, f"{last.created_at.isoformat()}|{last.id}"


def live_standings(session: Session, household_id: str, on: date) -> list[str]:
    """The safe groups of a household on a day: approved facts in force, and old age."""
    kinds = session.scalars(
        select(Standing.kind).where(
            Standing.household_id == household_id,
            Standing.state == StandingState.APPROVED,
            Standing.valid_from <= on,
            or_(Standing.valid_until.is_(None), Standing.valid_until >= on),
        )
    ).all()
    years = session.scalars(
        select(Member.birth_year).where(
            Member.household_id == household_id,
            Member.left_on.is_(None),
            Member.birth_year.is_not(None),
        )
    ).all()
    return safe_groups(kinds, [y for y in years if y is not None], on)


def people_by_card(session: Session, ward_code: str, kind: str) -> list[int]:
    """The years of birth of the ward's people in households with an approved fact of a kind."""
    statement = (
        select(Member.birth_year)
        .join(Standing, Standing.household_id == Member.household_id)
        .where(
            Member.ward_code == ward_code,
            Member.left_on.is_(None),
            Member.birth_year.is_not(None),
            Standing.kind == kind,
            Standing.state == StandingState.APPROVED,
        )
        .distinct(Member.id)
    )
    return [year for year in session.scalars(statement) if year is not None]


@dataclass(frozen=True, slots=True)
class Contact:
    """How a household is reached: given name for the greeting, phone in E.164 if it has one."""

    household_id: str
    ward_code: str
    code: str
    head_name: str
    phone: str | None
    language: str
    may_message: bool


def contact_for_notice(session: Session, household_id: str) -> Contact | None:
    """How to tell a household something; None if it is gone. For the notices' actions only."""
    row = session.get(Household, household_id)
    if row is None or row.state != "active":
        return None
    refused = session.scalar(
        select(Consent.id).where(
            Consent.household_id == household_id,
            Consent.purpose == "message",
            Consent.withdrawn_at.is_not(None),
        )
    )
    return Contact(
        household_id=row.id,
        ward_code=row.ward_code,
        code=row.code,
        head_name=row.head_name,
        phone=_open(row.phone, "phone", row.id),
        language="vi",
        may_message=refused is None,
    )
