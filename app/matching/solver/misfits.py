"""Which single rule keeps a need from the pledges, or a pledge from the needs, and how many."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from app.matching.solver.columns import Bools, Ints
from app.matching.solver.problem import ANYWHERE, BY_PLACE, CLUSTER, PROVINCE, Problem

Blocking = tuple[tuple[str, int], ...]


class Misfits:
    """Counts units on the other side that miss by exactly one rule. Remembers equal questions."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._needs: dict[tuple[int, ...], Blocking] = {}
        self._pledges: dict[tuple[int, ...], Blocking] = {}

    def of_need(self, row: int) -> Blocking:
        """The rules that alone keep pledges from a need, with their units, the most first."""
        n = self._problem.needs
        columns = (n.spec, n.groups, n.programme, n.start, n.deadline, n.ward)
        key = tuple(int(column[row]) for column in columns)
        if key not in self._needs:
            every = np.arange(len(self._problem.pledges))
            holds = rules_between(self._problem, every, np.full(len(every), row))
            self._needs[key] = _missing_one(holds, self._problem.pledges.qty)
        return self._needs[key]

    def reaching(self, row: int) -> Bools:
        """Which pledges may serve a need."""
        every = np.arange(len(self._problem.pledges))
        holds = rules_between(self._problem, every, np.full(len(every), row))
        return np.asarray(np.all(list(holds.values()), axis=0))

    def of_pledge(self, row: int) -> Blocking:
        """The rules that alone keep needs from a pledge, with their units, the most first."""
        p = self._problem.pledges
        columns = (
            p.spec, p.groups, p.programme, p.avail_from, p.avail_to, p.scope_kind, p.scope_id
        )  # fmt: skip
        key = tuple(int(column[row]) for column in columns)
        if key not in self._pledges:
            every = np.arange(len(self._problem.needs))
            holds = rules_between(self._problem, np.full(len(every), row), every)
            self._pledges[key] = _missing_one(holds, self._problem.needs.qty)
        return self._pledges[key]


def rules_between(problem: Problem, pledge: Ints, need: Ints) -> Mapping[str, Bools]:
    """For pairs of rows, which rules hold; a pledge may serve a need if all do.

    A pair that people turned down breaks two, so that no single rule is blamed for it.
    """
    p, n = problem.pledges, problem.needs
    ward, scope = n.ward[need], p.scope_id[pledge]
    kind = p.scope_kind[pledge]
    in_scope = np.where(kind == PROVINCE, problem.ward_province[ward] == scope, ward == scope)
    in_scope = np.where(kind == CLUSTER, problem.ward_cluster[ward] == scope, in_scope)
    groups, programme = p.groups[pledge], p.programme[pledge]
    fits, apart = problem.fit[p.spec[pledge], n.spec[need]], apart_of(problem, pledge, need)
    in_time = p.avail_from[pledge] <= n.deadline[need]
    return {
        "spec": np.asarray(fits | (apart == BY_PLACE)),
        "groups": np.asarray((groups == 0) | ((groups & n.groups[need]) != 0)),
        "programme": np.asarray((programme == 0) | (programme == n.programme[need])),
        "window": np.asarray(in_time & (n.start[need] <= p.avail_to[pledge])),
        "area": np.asarray(((kind == ANYWHERE) | in_scope) & (apart == 0)),
    }


def apart_of(problem: Problem, pledge: Ints, need: Ints) -> NDArray[np.int8]:
    """Of pairs of rows what Problem.apart says of their specs; 0 where it says nothing."""
    if problem.apart is None:
        return np.zeros(len(pledge), dtype=np.int8)
    return problem.apart[problem.pledges.spec[pledge], problem.needs.spec[need]]


def _missing_one(holds: Mapping[str, Bools], units: Ints) -> Blocking:
    broken = np.sum([~held for held in holds.values()], axis=0)
    missed = {rule: int(units[(broken == 1) & ~held].sum()) for rule, held in holds.items()}
    return the_most_first(missed)


def the_most_first(missed: Mapping[str, int]) -> Blocking:
    """The rules that keep any units away, those that keep the most first."""
    found = [(rule, count) for rule, count in missed.items() if count]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))
