"""Finding households within the actor's scope. Refused and missing look the same."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from app.accounts.rules import Actor, Role
from app.households.models import Household, Standing
from app.households.rules import SHOWN_TO_GROUP_LEADERS, StandingState
from app.infra.columns import among
from app.infra.crypto import cipher
from app.kernel.errors import NotFound
from app.places.models import ResidentialGroup

LOCAL_TODAY = text("(now() at time zone 'Asia/Ho_Chi_Minh')::date")

PAGE = 25
Texts: TypeAlias = Iterable[str] | BindParameter[Any]


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


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """The households an actor may see: of their wards, for group leaders of their groups."""
    return in_scope_of(actor.role, actor.ward_codes, actor.group_ids)


def in_scope_of(role: Role, wards: Texts, groups: Texts) -> ColumnElement[bool]:
    """The same by a role and its places, which may be parameters named beforehand."""
    if role in {Role.WARD_OFFICER, Role.WARD_APPROVER}:
        return among(Household.ward_code, wards)
    if role is Role.GROUP_LEADER:
        return among(Household.ward_code, wards) & among(Household.group_id, groups)
    if role is Role.SYSTEM:
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


def in_force_today() -> ColumnElement[bool]:
    """That a fact is approved and holds today; what ran out stays approved in its row."""
    return and_(
        Standing.state == StandingState.APPROVED,
        Standing.valid_from <= LOCAL_TODAY,
        or_(Standing.valid_until.is_(None), Standing.valid_until >= LOCAL_TODAY),
    )


def groups_of(session: Session, rows: Collection[Household]) -> dict[str, str]:
    """The names of the residential groups of some households, by the group's id."""
    named = select(ResidentialGroup.id, ResidentialGroup.name).where(
        ResidentialGroup.id.in_({row.group_id for row in rows if row.group_id})
    )
    return dict(session.execute(named).all())


def lock_household(session: Session, *household_ids: str) -> set[str]:
    """Hold the households' rows until the transaction ends: who comes second waits here.

    Returns those that are still active, as they are once held.
    """
    wanted = select(Household.id, Household.state).where(Household.id.in_(household_ids))
    rows = session.execute(wanted.order_by(Household.id).with_for_update())
    return {household_id for household_id, state in rows if state == "active"}
