"""Two households that are one: who is the same person, and which facts are said twice. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Person:
    """A person to be looked for: digest of the number, folded name, birth, own code."""

    folded_name: str
    citizen_index: bytes | None = None
    birth_year: int | None = None
    born_on: date | None = None
    own_code: str | None = None


def may_be_one(one: Person, other: Person) -> bool:
    """Two of one name are perhaps one person unless their numbers or births differ."""
    if one.citizen_index is not None and other.citizen_index is not None:
        return False
    if one.born_on is not None and other.born_on is not None:
        return one.born_on == other.born_on
    return one.birth_year is not None and one.birth_year == other.birth_year


class Side(StrEnum):
    """Of which of the two households a value stays."""

    KEPT = "kept"
    CLOSED = "closed"


class MergeState(StrEnum):
    """asked -> done | declined | taken-back."""

    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"
    TAKEN_BACK = "taken-back"


# What a household says of itself, and two may say differently.
FIELDS = ("head_name", "group", "address", "phone", "size", "own_code", "note")


@dataclass(frozen=True, slots=True)
class MergeDraft:
    """What an officer proposes: for each field whose value stays, and why the two are one."""

    choices: Mapping[str, Side]
    reason: str

    def side_of(self, field: str, kept: object, closed: object) -> Side:
        """Whose value stays: as chosen, else the kept household's unless only the other has one."""
        if field in self.choices:
            return self.choices[field]
        return Side.CLOSED if closed and not kept else Side.KEPT


def differing(kept: Mapping[str, object], closed: Mapping[str, object]) -> list[str]:
    """The fields that both say, and say differently: somebody has to choose."""
    return [f for f in FIELDS if kept[f] and closed[f] and kept[f] != closed[f]]


@dataclass(frozen=True, slots=True)
class Someone:
    """One who lives in a household, with what they are known by."""

    id: str
    person: Person


def same_people(kept: Sequence[Someone], closed: Sequence[Someone]) -> dict[str, str]:
    """Whom of the kept household each person of the closed one is; who is new is left out.

    Two live people of a ward never share a number, so name and birth decide; each of the kept
    household is taken once.
    """
    free = list(kept)
    same = dict[str, str]()
    for someone in closed:
        for other in free:
            alike = someone.person.folded_name == other.person.folded_name
            if alike and may_be_one(someone.person, other.person):
                same[someone.id] = other.id
                free.remove(other)
                break
    return same


@dataclass(frozen=True, slots=True)
class Fact:
    """An approved fact: of what kind, of whom (None for the household), until when it holds."""

    id: str
    kind: str
    member_id: str | None
    valid_until: date | None


def repeated_facts(
    kept: Collection[Fact], closed: Collection[Fact], same: Mapping[str, str]
) -> set[str]:
    """The ids that end because the other household says the same for longer, or as long.

    same: whom of the kept household each person of the closed one is.
    """
    ending = set[str]()
    standing = {(f.kind, f.member_id): f for f in kept}
    for fact in closed:
        member_id = same.get(fact.member_id or "", fact.member_id)
        twin = standing.get((fact.kind, member_id))
        if twin is None:
            continue
        ending.add(twin.id if _holds_longer(fact, twin) else fact.id)
    return ending


def _holds_longer(one: Fact, other: Fact) -> bool:
    ends = date.max
    return (one.valid_until or ends) > (other.valid_until or ends)
