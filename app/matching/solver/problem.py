"""A matching problem of one category, as parallel int64 columns; checked before it is solved."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.matching.solver.columns import Bools, Ints

ANYWHERE, PROVINCE, WARD, CLUSTER = 0, 1, 2, 3
LEVELS = 4
# What Problem.apart says of two specs.
BY_PLACE, BY_PEOPLE = 1, 2
MOST_QUANTITY = 10**9
MOST_COMPOSITE = 10_000
GROUP_BITS = 2**62


class BadProblem(ValueError):
    """The problem contradicts itself; the message names the column and the row.

    table: "needs", "pledges", "wards" or "policy"; column and row (from 0) where there is one.
    """

    def __init__(self, cause: str, table: str, column: str = "", row: int = -1) -> None:
        super().__init__(f"{table}.{column}: row {row} {cause}" if column else f"{table} {cause}")
        self.cause = cause
        self.table = table
        self.column = column
        self.row = row


@dataclass(frozen=True, slots=True)
class Policy:
    """What is valued: MATCHING.md, section 4.

    tier_from: least composite of tiers A to D, descending. tier_weights: A..E. step_weights: the
    first, second and every later unit of one need. brackets: steps of equal coverage in a ward.
    Weights and cuts must fall: a first unit outranks a second, or the units of a class of needs
    could not be told apart by their worth. A composite is score + urgency * urgency_points + a
    point for each waiting_days waited, up to most_waiting_points (eligibility.composite_of).
    fund_percent: of a project's cost, at most, from the top-up fund. floor_brackets: of each
    ward's brackets so many count before priority, 0 for none.
    """

    tier_from: tuple[int, ...] = (85, 70, 55, 40)
    tier_weights: tuple[int, ...] = (16, 8, 4, 2, 1)
    step_weights: tuple[int, ...] = (4, 2, 1)
    brackets: int = 10
    urgency_points: int = 6
    waiting_days: int = 30
    most_waiting_points: int = 12
    fund_percent: int = 30
    floor_brackets: int = 0


@dataclass(frozen=True, slots=True)
class Needs:
    """Eligible needs of the category, one row each, in the order of their natural key.

    ward, household, spec: small numbers from 0. groups: bits. programme: 0 for none. start and
    deadline: time buckets. qty: units >= 1 that it still lacks. had: units that it was given
    before, so that its next one is not a first. composite: the priority that the tier is cut from.
    """

    household: Ints
    ward: Ints
    spec: Ints
    groups: Ints
    programme: Ints
    start: Ints
    deadline: Ints
    qty: Ints
    had: Ints
    composite: Ints

    def __len__(self) -> int:
        return len(self.qty)


@dataclass(frozen=True, slots=True)
class Pledges:
    """Free pledge lines of the category, in the order of their natural key.

    origin: ward. scope_kind: 0 anywhere, 1 province, 2 ward, 3 cluster, with scope_id.
    groups: 0 for any, else one bit must be shared. programme: 0 for any.
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
    apart[pledge spec, need spec]: why `fit` denies what the specs themselves allow: BY_PLACE where
    only the place does, BY_PEOPLE where a person turned the pair down; else 0. Changes no plan,
    only what is told of it; None where specs are nothing but specs.
    """

    needs: Needs
    pledges: Pledges
    ward_cluster: Ints
    ward_province: Ints
    fit: Bools
    cap_households: bool = False
    policy: Policy = field(default_factory=Policy)
    apart: NDArray[np.int8] | None = None

    def check(self) -> None:
        """Raise BadProblem for columns of unequal length, negative or unknown values."""
        for name, table in (("needs", self.needs), ("pledges", self.pledges)):
            _check_lengths(name, table)
        wards, n, p = len(self.ward_cluster), self.needs, self.pledges
        _within("needs", "ward", n.ward, (0, wards))
        _within("needs", "spec", n.spec, (0, self.fit.shape[1]))
        _within("needs", "qty", n.qty, (1, MOST_QUANTITY))
        _within("needs", "had", n.had, (0, MOST_QUANTITY))
        _within("needs", "groups", n.groups, (0, GROUP_BITS))
        _within("needs", "composite", n.composite, (0, MOST_COMPOSITE))
        _within("pledges", "origin", p.origin, (0, wards))
        _within("pledges", "spec", p.spec, (0, self.fit.shape[0]))
        _within("pledges", "qty", p.qty, (0, MOST_QUANTITY))
        _within("pledges", "groups", p.groups, (0, GROUP_BITS))
        _within("pledges", "scope_kind", p.scope_kind, (0, 4))
        _known("pledges", "scope_id", p.scope_kind == WARD, (p.scope_id, np.arange(wards)))
        _known("pledges", "scope_id", p.scope_kind == PROVINCE, (p.scope_id, self.ward_province))
        _known("pledges", "scope_id", p.scope_kind == CLUSTER, (p.scope_id, self.ward_cluster))
        self._check_tree()
        self._check_policy()
        if self.cap_households:
            self._check_households()

    def _check_tree(self) -> None:
        """Each cluster lies in one province, or the hub tree would be none."""
        if len(self.ward_cluster) != len(self.ward_province):
            cause = "differ in length"
            raise BadProblem(cause, "wards")
        torn = _differs_within(self.ward_cluster, self.ward_province)
        _refuse_first("wards", "province", torn, "is another one than its cluster's")

    def _check_policy(self) -> None:
        policy = self.policy
        falling = (policy.tier_from, policy.tier_weights, policy.step_weights)
        least = min(*policy.tier_weights, *policy.step_weights, policy.brackets)
        faults = {
            "has cuts or weights that do not fall": not all(
                a > b for values in falling for a, b in pairwise(values)
            ),
            "has a weight or a number of brackets below 1": least < 1,
            "has not one weight for each tier": len(policy.tier_weights)
            != len(policy.tier_from) + 1,
            "has a floor of more than its brackets": not 0
            <= policy.floor_brackets
            <= policy.brackets,
        }
        for cause, is_so in faults.items():
            if is_so:
                raise BadProblem(cause, "policy")

    def _check_households(self) -> None:
        """A capped household is one node of the network, with room for one unit of one ward."""
        n = self.needs
        torn = _differs_within(n.household, n.ward)
        _refuse_first("needs", "ward", torn, "is another one than its household's first")
        _, number, count = np.unique(n.household, return_inverse=True, return_counts=True)
        several = (count[number] > 1) & (n.qty > 1)
        _refuse_first("needs", "qty", several, "asks for several, beside another need")

    def tiers(self) -> Ints:
        """The tier of each need, 0 for A."""
        tier = np.full(len(self.needs), len(self.policy.tier_from), dtype=np.int64)
        for k in reversed(range(len(self.policy.tier_from))):
            tier[self.needs.composite >= self.policy.tier_from[k]] = k
        return tier


def _check_lengths(name: str, table: Needs | Pledges) -> None:
    lengths = {column: len(getattr(table, column)) for column in table.__slots__}
    if len(set(lengths.values())) > 1:
        message = f"has columns that differ in length: {lengths}"
        raise BadProblem(message, name)


def _within(table: str, name: str, column: Ints, bounds: tuple[int, int]) -> None:
    least, end = bounds
    wrong = (column < least) | (column >= end)
    _refuse_first(table, name, wrong, f"is not within {least} to {end - 1}", column)


def _known(table: str, name: str, where: Bools, values: tuple[Ints, Ints]) -> None:
    column, known = values
    _refuse_first(table, name, where & ~np.isin(column, known), "names no place", column)


def _differs_within(group: Ints, value: Ints) -> Bools:
    """The rows whose value is not that of their group's first row."""
    _, first, number = np.unique(group, return_index=True, return_inverse=True)
    return np.asarray(value[first][number] != value)


def _refuse_first(
    table: str, name: str, wrong: Bools, cause: str, column: Ints | None = None
) -> None:
    rows = np.flatnonzero(wrong)
    if len(rows):
        said = "" if column is None else f"holds {column[rows[0]]}, which "
        raise BadProblem(said + cause, table, name, int(rows[0]))


def bracket_caps(demand: Ints | int, brackets: int) -> Ints:
    """Units in each coverage bracket of a ward with this demand; they add up to it.

    Of several wards' demands: a row for each.
    """
    k = np.arange(brackets + 1, dtype=np.int64)
    edges = (np.asarray(demand, dtype=np.int64)[..., None] * k + brackets - 1) // brackets
    return np.diff(edges)
