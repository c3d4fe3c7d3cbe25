"""Which of the policy's versions holds on a day, and what one of them is on that day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.matching.rules.policy import PolicyRules


class PolicyState(StrEnum):
    """draft -> coming -> in-force -> older; a draft waits for another person's approval."""

    DRAFT = "draft"
    COMING = "coming"
    IN_FORCE = "in-force"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A new version as it was typed. valid_from: the first day on which runs may use it."""

    rules: PolicyRules
    valid_from: date
    reason: str


@dataclass(frozen=True, slots=True)
class ComparisonDraft:
    """Which two versions to compare, and over what.

    against: the version in force if None. past: the key of a PastChoice, the newest if None.
    """

    version: int
    against: int | None = None
    past: str | None = None


def states_of(versions: Iterable[tuple[int, bool, date]], on: date) -> Mapping[int, PolicyState]:
    """The state of each version on a day; versions: number, whether approved, first day.

    In force is the approved one that began last; of those that begin on one day the newest.
    """
    rows = list(versions)
    begun = [(first, number) for number, approved, first in rows if approved and first <= on]
    in_force = max(begun, default=(on, 0))[1]
    return {
        number: _state((approved, first <= on), is_in_force=number == in_force)
        for number, approved, first in rows
    }


def _state(approved_and_begun: tuple[bool, bool], *, is_in_force: bool) -> PolicyState:
    approved, begun = approved_and_begun
    if not approved:
        return PolicyState.DRAFT
    if is_in_force:
        return PolicyState.IN_FORCE
    return PolicyState.OLDER if begun else PolicyState.COMING
