"""The book as a whole, for a file that leaves the system: names, addresses and telephones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.households.models import Household, Member
from app.households.queries.finding import groups_of, opened
from app.households.queries.listing import kinds_of, narrowed
from app.households.rules import HouseholdFilter


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One household as the book knows it, without citizen numbers."""

    id: str
    code: str
    own_code: str | None
    head_name: str
    born: date | int | None
    sex: str | None
    group: str | None
    address: str | None
    phone: str | None
    kinds: tuple[str, ...]
    size: int | None
    note: str | None


def entries_of(session: Session, actor: Actor, wanted: HouseholdFilter) -> list[BookEntry]:
    """All households in scope that the filter leaves, by given name; addresses in plain.

    The caller writes down who took them. Four statements for any number of households.
    """
    ordered = narrowed(actor, wanted).order_by(Household.sort_key, Household.id)
    rows = session.scalars(ordered).all()
    ids = [row.id for row in rows]
    groups, kinds = groups_of(session, rows), kinds_of(session, actor, ids)
    heads = _heads(session, ids)
    return [
        BookEntry(
            id=row.id,
            code=row.code,
            own_code=row.own_code,
            head_name=row.head_name,
            born=heads[row.id][0] if row.id in heads else None,
            sex=heads[row.id][1] if row.id in heads else None,
            group=groups.get(row.group_id or ""),
            address=opened(row.address, "address", row.id),
            phone=opened(row.phone, "phone", row.id),
            kinds=kinds.get(row.id, ()),
            size=row.size,
            note=opened(row.note, "note", row.id),
        )
        for row in rows
    ]


def _heads(
    session: Session, household_ids: Collection[str]
) -> dict[str, tuple[date | int | None, str | None]]:
    """Birth and sex of the head of each household."""
    statement = select(Member.household_id, Member.born_on, Member.birth_year, Member.sex).where(
        Member.household_id.in_(household_ids), Member.is_head, Member.left_on.is_(None)
    )
    return {home: (day or year, sex) for home, day, year, sex in session.execute(statement)}
