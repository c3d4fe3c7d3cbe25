"""Who of a list or a form is in the ward's book already, for sure or perhaps."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ARRAY, LargeBinary, String, any_, literal, or_, select
from sqlalchemy.orm import Session

from app.households.models import Household, Member
from app.households.rules import Person, may_be_one
from app.places.models import ResidentialGroup


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody in the book, with the household to which they belong."""

    person: Person
    name: str
    household_id: str
    household_code: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Twin:
    """Who a person repeats; certain when the citizen number is the same."""

    known: KnownPerson
    certain: bool


class Book:
    """The people of a ward who may be meant, indexed for one pass over a list."""

    def __init__(self, people: Iterable[KnownPerson]) -> None:
        self._by_number: dict[bytes, KnownPerson] = {}
        self._by_name: dict[str, list[KnownPerson]] = {}
        self._by_code: dict[str, KnownPerson] = {}
        for known in people:
            if known.person.citizen_index is not None:
                self._by_number[known.person.citizen_index] = known
            if known.person.own_code:
                self._by_code[known.person.own_code] = known
            self._by_name.setdefault(known.person.folded_name, []).append(known)

    def twin_of(self, person: Person) -> Twin | None:
        """Who this person repeats: by number, else by name and birth, else by the ward's code."""
        if person.citizen_index is not None and person.citizen_index in self._by_number:
            return Twin(self._by_number[person.citizen_index], certain=True)
        alike = self._by_name.get(person.folded_name, ())
        for known in alike:
            if may_be_one(person, known.person):
                return Twin(known, certain=False)
        same_code = self._by_code.get(person.own_code or "")
        return None if same_code is None else Twin(same_code, certain=False)

    def has_code(self, own_code: str) -> bool:
        """Whether a household of the book has this code of the ward's own."""
        return own_code in self._by_code


def book_of(session: Session, ward_code: str, people: Collection[Person]) -> Book:
    """Those of the ward who share a number, a name or an own code with `people`.

    One statement whatever the length of the list.
    """
    indexes = [p.citizen_index for p in people if p.citizen_index is not None]
    names = sorted({p.folded_name for p in people if p.folded_name})
    codes = sorted({p.own_code for p in people if p.own_code})
    statement = (
        select(Member, Household.id, Household.code, Household.own_code, ResidentialGroup.name)
        .join(Household, Household.id == Member.household_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
        .where(
            Member.ward_code == ward_code,
            Member.left_on.is_(None),
            or_(
                Member.citizen_index == any_(literal(indexes, ARRAY(LargeBinary))),
                Member.folded_name == any_(literal(names, ARRAY(String))),
                Member.is_head & (Household.own_code == any_(literal(codes, ARRAY(String)))),
            ),
        )
    )
    return Book(
        KnownPerson(
            Person(m.folded_name, m.citizen_index, m.birth_year, m.born_on, own_code),
            name=m.name,
            household_id=household_id,
            household_code=code,
            group=group,
        )
        for m, household_id, code, own_code, group in session.execute(statement)
    )
