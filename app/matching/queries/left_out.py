"""Reads of the needs that a run left without all they ask for, by the reason; and a household's."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.households.models import Household
from app.kernel.errors import NotFound
from app.matching.models import Unmatched
from app.matching.queries.proposals import NAMES_SEEN_BY
from app.needs.models import Need
from app.places.models import ResidentialGroup

PAGE = 25


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A need of which `units` stay unmatched in a run. It names nobody: the code leads on."""

    id: int
    need_id: str
    need_code: str
    household_code: str
    group_name: str | None
    kind: SupportKind
    units: int
    reason: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LeftFilter:
    """What to narrow to. after: the last row of the page before."""

    code: str | None = None
    kind_code: str | None = None
    after: int | None = None


def reasons_of_run(
    session: Session, actor: Actor, run_id: str, kind_code: str | None = None
) -> list[tuple[str, int]]:
    """Reason code with the number of needs in the actor's wards, the most first."""
    code = Unmatched.reason["code"].astext
    statement = (
        select(code, func.count())
        .where(*_needs_in(actor, run_id))
        .group_by(code)
        .order_by(func.count().desc(), code)
    )
    if kind_code is not None:
        of_kind = select(Need.id).where(Need.kind_code == kind_code)
        statement = statement.where(Unmatched.need_id.in_(of_kind))
    return [(row[0], row[1]) for row in session.execute(statement)]


def needs_left_out(
    session: Session, actor: Actor, run_id: str, wanted: LeftFilter
) -> list[LeftOut]:
    """The needs in the actor's wards that a run left without all they ask for, a page of them."""
    statement = (
        select(Unmatched, Need.code, Household.code, ResidentialGroup.name, SupportKind)
        .join(Need, Need.id == Unmatched.need_id)
        .join(Household, Household.id == Need.household_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
        .join(SupportKind, SupportKind.code == Need.kind_code)
        .where(*_needs_in(actor, run_id))
        .order_by(Unmatched.id)
        .limit(PAGE)
    )
    if wanted.code is not None:
        statement = statement.where(Unmatched.reason["code"].astext == wanted.code)
    if wanted.kind_code is not None:
        statement = statement.where(Need.kind_code == wanted.kind_code)
    if wanted.after is not None:
        statement = statement.where(Unmatched.id > wanted.after)
    return [_left(*row) for row in session.execute(statement)]


def _needs_in(actor: Actor, run_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Unmatched.run_id == run_id,
        Unmatched.need_id.is_not(None),
        Unmatched.ward_code.in_(sorted(actor.ward_codes)),
    )


def _left(
    row: Unmatched, need_code: str, household_code: str, group: str | None, kind: SupportKind
) -> LeftOut:
    return LeftOut(
        id=row.id,
        need_id=row.need_id or "",
        need_code=need_code,
        household_code=household_code,
        group_name=group,
        kind=kind,
        units=row.units,
        reason=row.reason,
    )


@dataclass(frozen=True, slots=True)
class HouseholdAsked:
    """The household that a page explains, with its needs' ids, the newest first."""

    id: str
    code: str
    ward_code: str
    head_name: str | None
    need_ids: tuple[str, ...]


def household_asked(session: Session, actor: Actor, household_id: str) -> HouseholdAsked:
    """The household, if it lies in the actor's wards. Raises NotFound."""
    found = session.scalar(
        select(Household).where(
            Household.id == household_id, Household.ward_code.in_(sorted(actor.ward_codes))
        )
    )
    if found is None:
        raise NotFound("household")
    needs = session.scalars(
        select(Need.id)
        .where(Need.household_id == household_id)
        .order_by(Need.created_at.desc(), Need.id)
        .limit(PAGE)
    )
    name = found.head_name if actor.role in NAMES_SEEN_BY else None
    return HouseholdAsked(found.id, found.code, found.ward_code, name, tuple(needs))
