"""Many provinces: share the pledges out between them first, then solve each by itself.

Not exact, but within a thousandth of the best first-level value; each shard needs only its own
rows, and no two shards share a unit. Source: MATCHING.md, 7.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np

from app.matching.solver.columns import Ints
from app.matching.solver.lift import Rows
from app.matching.solver.plan import solve
from app.matching.solver.problem import ANYWHERE, CLUSTER, PROVINCE, WARD, Needs, Pledges, Problem

Table = TypeVar("Table", Needs, Pledges)


@dataclass(frozen=True, slots=True)
class Shard:
    """One province's part. needs, pledges: the rows of the whole problem that it stands for."""

    problem: Problem
    needs: Ints
    pledges: Ints


def solve_in_shards(problem: Problem) -> tuple[Rows, bool]:
    """A plan by quotas and shards, rows ordered by need, and whether each part is proven best."""
    parts, certified = [], True
    for shard in shards_of(problem):
        plan = solve(shard.problem)
        certified = certified and plan.certified
        parts.append((shard.pledges[plan.pledge], shard.needs[plan.need], plan.units))
    none = np.zeros((3, 0), dtype=np.int64)
    pledge, need, units = np.concatenate([none, *(np.stack(part) for part in parts)], axis=1)
    order = np.lexsort((pledge, need))
    return (pledge[order], need[order], units[order]), certified


def shards_of(problem: Problem) -> Iterator[Shard]:
    """Each province with needs, and of each pledge the units that the quotas gave it.

    Raises CannotSolve. Cost: one solve in which a province is a single ward.
    """
    provinces, home = np.unique(problem.ward_province, return_inverse=True)
    quota = quotas_of(problem)
    for number in range(len(provinces)):
        needs = np.flatnonzero(home[problem.needs.ward] == number)
        pledges = np.flatnonzero(quota[:, number])
        if len(needs):
            part = _rows(problem.pledges, pledges)
            yield Shard(
                replace(
                    problem,
                    needs=_rows(problem.needs, needs),
                    pledges=replace(part, qty=quota[pledges, number]),
                ),
                needs,
                pledges,
            )


def quotas_of(problem: Problem) -> Ints:
    """quota[pledge, province], provinces in the order of their numbers: the units each may give.

    Rows add up to the pledges' quantities. Raises CannotSolve.
    """
    provinces, home = np.unique(problem.ward_province, return_inverse=True)
    plan = solve(_of_provinces(problem, home))
    quota = np.zeros((len(problem.pledges), len(provinces)), dtype=np.int64)
    np.add.at(quota, (plan.pledge, home[problem.needs.ward[plan.need]]), plan.units)
    # What no quota took stays where it comes from: wards may differ more than provinces show.
    left = problem.pledges.qty - quota.sum(axis=1)
    at_home = _home_of(problem, provinces, home)
    np.add.at(quota, (np.arange(len(left)), at_home), left)
    return quota


def _of_provinces(problem: Problem, home: Ints) -> Problem:
    """The problem with each province as one ward; who names a ward names its province."""
    p, numbers = problem.pledges, np.arange(int(home.max(initial=-1)) + 1)
    bound = p.scope_kind != ANYWHERE
    place = np.where(bound, _home_of(problem, np.unique(problem.ward_province), home), -1)
    return replace(
        problem,
        needs=replace(problem.needs, ward=home[problem.needs.ward]),
        pledges=replace(
            p,
            origin=home[p.origin],
            scope_kind=np.where(bound, PROVINCE, ANYWHERE),
            scope_id=place,
        ),
        ward_cluster=numbers,
        ward_province=numbers,
    )


def _home_of(problem: Problem, provinces: Ints, home: Ints) -> Ints:
    """The province where a pledge's spare units are of use: its scope's, else its origin's."""
    p = problem.pledges
    at: Ints = home[p.origin]
    in_ward, in_province = p.scope_kind == WARD, p.scope_kind == PROVINCE
    at[in_ward] = home[p.scope_id[in_ward]]
    in_cluster = p.scope_kind == CLUSTER
    clusters, first = np.unique(problem.ward_cluster, return_index=True)
    at[in_cluster] = home[first[np.searchsorted(clusters, p.scope_id[in_cluster])]]
    at[in_province] = np.searchsorted(provinces, p.scope_id[in_province])
    return at


def _rows(table: Table, rows: Ints) -> Table:
    return type(table)(**{f.name: getattr(table, f.name)[rows] for f in fields(table)})
