"""What careful people would do with a list: yardsticks for the plan, all of them feasible."""

from collections.abc import Iterator

import numpy as np

from app.matching.solver.arrive import place_pledge, promised, standing_of
from app.matching.solver.columns import Ints
from app.matching.solver.eligibility import neediest_first
from app.matching.solver.files.problems import Part
from app.matching.solver.lift import Rows
from app.matching.solver.misfits import rules_between
from app.matching.solver.problem import Problem
from benchmarks.matching.instances import Given

NOTHING = (np.zeros(0, dtype=np.int64),) * 3


def clerk(given: Given, part: Part) -> Rows:
    """Neediest first, each with all it asks for, from the first pledges that fit."""
    waiting = _waiting(given, part)
    return _down_the_list(part.problem, neediest_first(part.problem.needs.composite, waiting))


def first_come(given: Given, part: Part) -> Rows:
    """Who has waited longest first, whatever the need."""
    return _down_the_list(part.problem, np.argsort(-_waiting(given, part), kind="stable"))


def _waiting(given: Given, part: Part) -> Ints:
    needs = given.instance.needs
    order = np.argsort(needs["need_id"])
    rows = order[np.searchsorted(needs["need_id"][order], part.needs)]
    return needs["waiting"][rows]


def _down_the_list(problem: Problem, order: Ints) -> Rows:
    rows = list(_taken(problem, order.tolist()))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2]


def _taken(problem: Problem, order: list[int]) -> Iterator[tuple[int, int, int]]:
    n, left = problem.needs, problem.pledges.qty.copy()
    fitting: dict[tuple[int, ...], Ints] = {}
    served: set[int] = set()
    columns = (n.spec, n.groups, n.programme, n.start, n.deadline, n.ward)
    for need in order:
        household = int(n.household[need])
        if problem.cap_households and household in served:
            continue
        key = tuple(int(column[need]) for column in columns)
        pledges = fitting[key] if key in fitting else _fitting(problem, need)
        # What is used up is forgotten, so the list shrinks as it is used.
        pledges = fitting[key] = pledges[left[pledges] > 0]
        wanted = int(n.qty[need])
        for pledge in pledges.tolist():
            units = min(wanted, int(left[pledge]))
            left[pledge] -= units
            wanted -= units
            served.add(household)
            yield pledge, need, units
            if not wanted:
                break


def _fitting(problem: Problem, need: int) -> Ints:
    every = np.arange(len(problem.pledges))
    holds = rules_between(problem, every, np.full(len(every), need))
    return np.flatnonzero(np.all(list(holds.values()), axis=0))


def smart(_given: Given, part: Part) -> Rows:
    """Most restricted pledge first, each placed in the best way left: as arrivals are."""
    problem = part.problem
    standing, rows = standing_of(problem, NOTHING), []
    for pledge in np.argsort(_choices(problem), kind="stable").tolist():
        placed = place_pledge(standing, pledge)
        standing = promised(standing, placed)
        rows.append(placed)
    columns = [np.concatenate(column) for column in zip(*rows, strict=True)] or list(NOTHING)
    return columns[0], columns[1], columns[2]


def _choices(problem: Problem) -> Ints:
    """How many needs each pledge could serve."""
    every = np.arange(len(problem.needs))
    return np.array(
        [
            np.all(
                list(rules_between(problem, np.full(len(every), p), every).values()), axis=0
            ).sum()
            for p in range(len(problem.pledges))
        ],
        dtype=np.int64,
    )


def pairs_of_wards(problem: Problem, rows: Rows) -> int:
    """How many deliveries a plan makes: distinct pairs of a pledge and a ward."""
    size = len(problem.ward_cluster)
    return len(np.unique(rows[0] * size + problem.needs.ward[rows[1]]))
