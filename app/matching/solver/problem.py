"""A matching problem of one category, as parallel int64 columns; checked before it is solved."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
ANYWHERE, PROVINCE, WARD = 0, 1, 2
LEVELS = 4
MOST_QUANTITY = 10**9


class BadProblem(ValueError):
    """The problem contradicts itself; the message names the column and the row."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is valued: MATCHING.md, section 4.

    tier_from: least composite of tiers A to D, descending. tier_weights: A..E. step_weights: the
    first, second and every later unit of one need. brackets: steps of equal coverage in a ward.
    """

    tier_from: tuple[int, ...] = (85, 70, 55, 40)
    tier_weights: tuple[int, ...] = (16, 8, 4, 2, 1)
    step_weights: tuple[int, ...] = (4, 2, 1)
    brackets: int = 10


@dataclass(frozen=True, slots=True)
class Needs:
    """Eligible needs of the category, one row each, in the order of their natural key.

    ward, household, spec: small numbers from 0. groups: bits. programme: 0 for none. start and
    deadline: time buckets. qty: units >= 1. composite: the priority that the tier is cut from.
    """

    household: Ints
    ward: Ints
    spec: Ints
    groups: Ints
    programme: Ints
    start: Ints
    deadline: Ints
    qty: Ints
    composite: Ints

    def __len__(self) -> int:
        return len(self.qty)


@dataclass(frozen=True, slots=True)
class Pledges:
    """Free pledge lines of the category, in the order of their natural key.

    origin: ward. scope_kind: 0 anywhere, 1 province, 2 ward, with scope_id. groups: 0 for any,
    else one bit must be shared. programme: 0 for any.
    """

    origin: Ints
    spec: Ints
    qty: Ints
    scope_kind: Ints
    scope_id: Ints
    groups: Ints
    programme: Ints
    avail_from: Ints
    avail_to: Ints

    def __len__(self) -> int:
        return len(self.qty)


@dataclass(frozen=True, slots=True)
class Problem:
    """One category: needs, pledges, where wards lie, what fits, what is valued.

    fit[pledge spec, need spec]; cap_households: at most one need of a household is served.
    """

    needs: Needs
    pledges: Pledges
    ward_cluster: Ints
    ward_province: Ints
    fit: NDArray[np.bool_]
    cap_households: bool = False
    policy: Policy = field(default_factory=Policy)

    def check(self) -> None:
        """Raise BadProblem for columns of unequal length, negative or unknown values."""
        for name, table in (("needs", self.needs), ("pledges", self.pledges)):
            _check_lengths(name, table)
        wards, n, p = len(self.ward_cluster), self.needs, self.pledges
        _within("needs.ward", n.ward, 0, wards)
        _within("needs.spec", n.spec, 0, self.fit.shape[1])
        _within("needs.qty", n.qty, 1, MOST_QUANTITY)
        _within("needs.composite", n.composite, 0, 10_000)
        _within("pledges.origin", p.origin, 0, wards)
        _within("pledges.spec", p.spec, 0, self.fit.shape[0])
        _within("pledges.qty", p.qty, 1, MOST_QUANTITY)
        _within("pledges.scope_kind", p.scope_kind, 0, 3)

    def tiers(self) -> Ints:
        """The tier of each need, 0 for A."""
        tier = np.full(len(self.needs), len(self.policy.tier_from), dtype=np.int64)
        for k in reversed(range(len(self.policy.tier_from))):
            tier[self.needs.composite >= self.policy.tier_from[k]] = k
        return tier


def _check_lengths(name: str, table: Needs | Pledges) -> None:
    lengths = {column: len(getattr(table, column)) for column in table.__slots__}
    if len(set(lengths.values())) > 1:
        message = f"the columns of {name} differ in length: {lengths}"
        raise BadProblem(message)


def _within(name: str, column: Ints, least: int, end: int) -> None:
    wrong = np.flatnonzero((column < least) | (column >= end))
    if len(wrong):
        message = f"{name}: row {wrong[0]} holds {column[wrong[0]]}, not {least} to {end - 1}"
        raise BadProblem(message)


def bracket_caps(demand: int, brackets: int) -> Ints:
    """Units in each coverage bracket of a ward with this demand; they add up to it."""
    k = np.arange(brackets + 1, dtype=np.int64)
    return np.diff((demand * k + brackets - 1) // brackets)
