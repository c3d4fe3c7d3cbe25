"""The price of fairness: how much of the first level is lost if even coverage comes before it."""

from dataclasses import dataclass

import numpy as np

from app.matching.solver.engine import run
from app.matching.solver.plan import network_of
from app.matching.solver.problem import Problem


@dataclass(frozen=True, slots=True)
class Price:
    """First-level value of the best plan, and of the best among the evenest plans."""

    best: int
    evenest: int


def price_of_fairness(problem: Problem) -> Price:
    """Solve the two upper levels in both orders. Raises BadProblem, CannotSolve.

    A cycle passes each node once, so one step of the upper level must outweigh the lower level's
    largest step once for each node. Source: MATCHING.md, 3.
    """
    network = network_of(problem)
    arcs = network.arcs
    if not len(arcs):
        return Price(0, 0)
    worth, even = arcs.l1, arcs.l2
    best = run(arcs, -(worth * (int(even.max(initial=0)) + 1) + even), network.supply)
    weight = int(worth.max(initial=0)) * network.nodes + 1
    evenest = run(arcs, -(even * weight + worth), network.supply)
    return Price(int(np.dot(best, worth)), int(np.dot(evenest, worth)))
