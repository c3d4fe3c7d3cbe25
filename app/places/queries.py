"""Reading places: wards by name without accents, groups of a ward."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import String, bindparam, func, select
from sqlalchemy.orm import Session

from app.infra.prepared import Prepared
from app.kernel.errors import DomainError, NotFound
from app.kernel.vietnamese import fold
from app.places.models import Province, ResidentialGroup, Ward
from app.places.rules import Group, WardName

MOST_FOUND = 20


def ward(session: Session, code: str) -> WardName:
    """One ward with its province. Raises NotFound."""
    found = wards_by_code(session, [code])
    if code not in found:
        raise NotFound("ward-unknown")
    return found[code]


def wards_by_code(session: Session, codes: Collection[str]) -> dict[str, WardName]:
    """The wards with these codes."""
    statement = (
        select(Ward.code, Ward.name, Province.code, Province.name)
        .join(Province, Province.code == Ward.province_code)
        .where(Ward.code.in_(codes))
    )
    return {row[0]: WardName(*row) for row in session.execute(statement)}


def wards_like(session: Session, typed: str) -> list[WardName]:
    """Wards whose name and province hold all typed words, accents or not; at most 20."""
    statement = (
        select(Ward.code, Ward.name, Province.code, Province.name)
        .join(Province, Province.code == Ward.province_code)
        .order_by(Ward.sort_key, Province.sort_key)
        .limit(MOST_FOUND)
    )
    for word in fold(typed).split():
        statement = statement.where(Ward.search_text.contains(word, autoescape=True))
    return [WardName(*row) for row in session.execute(statement)]


def ward_named(session: Session, typed: str) -> str:
    """The code of the one ward that these words or this code mean.

    Raises DomainError("place-unknown") if none does, "place-several" if more than one does.
    """
    by_code = wards_by_code(session, [typed.strip()])
    found = list(by_code.values()) or wards_like(session, typed)
    same = [w for w in found if fold(typed) in {fold(w.name), fold(w.full)}]
    return _only([w.code for w in (found if len(found) == 1 else same or found)])


def province_named(session: Session, typed: str) -> str:
    """The code of the one province or city meant, as ward_named() of wards."""
    words = fold(typed)
    rows = session.execute(select(Province.code, Province.name)).all()
    exact = [code for code, name in rows if words in {code, fold(name)}]
    return _only(exact or [code for code, name in rows if words and words in fold(name)])


def _only(codes: list[str]) -> str:
    if not codes:
        raise DomainError("place-unknown")
    if len(codes) > 1:
        raise DomainError("place-several")
    return codes[0]


def groups_of(session: Session, ward_code: str) -> list[Group]:
    """The ward's open residential groups, in the order of their numbers."""
    return [Group(*row) for row in _groups().rows(session, {"ward": ward_code})]


@cache
def _groups() -> Prepared:
    return Prepared(
        select(ResidentialGroup.id, ResidentialGroup.ward_code, ResidentialGroup.name)
        .where(ResidentialGroup.ward_code == bindparam("ward", type_=String()))
        .where(ResidentialGroup.valid_to.is_(None))
        .order_by(ResidentialGroup.sort_key)
    )


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A residential group with its days, for those who keep the list."""

    id: str
    name: str
    kind: str
    valid_from: date
    valid_to: date | None


def group_lines(session: Session, ward_code: str) -> list[GroupLine]:
    """All groups a ward has or had: the open ones first, each in the order of their numbers."""
    statement = (
        select(
            ResidentialGroup.id,
            ResidentialGroup.name,
            ResidentialGroup.kind,
            ResidentialGroup.valid_from,
            ResidentialGroup.valid_to,
        )
        .where(ResidentialGroup.ward_code == ward_code)
        .order_by(ResidentialGroup.valid_to.is_not(None), ResidentialGroup.sort_key)
    )
    return [GroupLine(*row) for row in session.execute(statement)]


def group_line(session: Session, ward_code: str, group_id: str) -> GroupLine:
    """One group of the ward. Raises NotFound."""
    for line in group_lines(session, ward_code):
        if line.id == group_id:
            return line
    raise NotFound("group-unknown")


def count_wards(session: Session) -> int:
    """How many wards are loaded."""
    return session.scalar(select(func.count()).select_from(Ward)) or 0
