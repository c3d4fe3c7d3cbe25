"""Places as one tree: wards in clusters in provinces in the nation."""

from dataclasses import dataclass

import numpy as np

from app.matching.solver.columns import Ints
from app.matching.solver.problem import CLUSTER, LEVELS, PROVINCE, WARD, Problem

NATION = LEVELS - 1
CLUSTER_LEVEL, PROVINCE_LEVEL = 1, 2


@dataclass(frozen=True, slots=True)
class Tree:
    """Places numbered wards first, then clusters, provinces, and the nation last.

    above[level, place]: the place of that level (0 ward .. 3 nation) that holds `place`, or -1
    where the level lies below it. level: of each place. parent: of each place but the nation.
    """

    above: Ints
    level: Ints
    parent: Ints

    @property
    def size(self) -> int:
        """How many places there are."""
        return len(self.level)

    def distance(self, origin: Ints, place: Ints) -> Ints:
        """The level of the smallest place that holds both; `place` is no ward below origin."""
        same = (self.above[:, origin] == self.above[:, place]) & (self.above[:, place] >= 0)
        return np.asarray(np.argmax(same, axis=0), dtype=np.int64)


def tree_of(problem: Problem) -> Tree:
    """The tree of a problem's wards. Clusters lie in one province each (Problem.check)."""
    clusters, first, cluster = np.unique(
        problem.ward_cluster, return_index=True, return_inverse=True
    )
    provinces, province = np.unique(problem.ward_province, return_inverse=True)
    wards = len(problem.ward_cluster)
    starts = np.cumsum([0, wards, len(clusters), len(provinces)])
    size = int(starts[-1]) + 1
    above = np.full((LEVELS, size), -1, dtype=np.int64)
    above[NATION] = size - 1
    above[0, :wards] = np.arange(wards)
    above[1, :wards] = cluster + starts[1]
    above[1, starts[1] : starts[2]] = np.arange(starts[1], starts[2])
    above[2, :wards] = province + starts[2]
    above[2, starts[1] : starts[2]] = province[first] + starts[2]
    above[2, starts[2] : starts[3]] = np.arange(starts[2], starts[3])
    level = np.repeat(np.arange(LEVELS), np.diff([*starts, size])).astype(np.int64)
    return Tree(above, level, above[level[:-1] + 1, np.arange(size - 1)])


def scope_places(problem: Problem, tree: Tree, pledges: Ints) -> Ints:
    """The place within which each of these pledges may be given."""
    kind = problem.pledges.scope_kind[pledges]
    scope = problem.pledges.scope_id[pledges]
    place = np.full(len(pledges), tree.size - 1, dtype=np.int64)
    for level, held, named in (
        (CLUSTER_LEVEL, kind == CLUSTER, problem.ward_cluster),
        (PROVINCE_LEVEL, kind == PROVINCE, problem.ward_province),
    ):
        first = int(np.searchsorted(tree.level, level))
        place[held] = first + np.searchsorted(np.unique(named), scope[held])
    in_ward = kind == WARD
    place[in_ward] = scope[in_ward]
    return place
