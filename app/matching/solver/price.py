"""The price of fairness: how much of the first level is lost if even coverage comes before it."""

from dataclasses import dataclass

import numpy as np

from app.matching.solver.engine import run
from app.matching.solver.network import Network
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
    cost = -(arcs.l1 * (int(arcs.l2.max(initial=0)) + 1) + arcs.l2)
    best = run(arcs, cost, network.supply)
    return Price(int(np.dot(best, arcs.l1)), evenest_value(network))


def evenest_value(network: Network) -> int:
    """First-level value of the best among the evenest plans: one more solve. Raises CannotSolve."""
    arcs = network.arcs
    if not len(arcs):
        return 0
    weight = int(arcs.l1.max(initial=0)) * network.nodes + 1
    flow = run(arcs, -(arcs.l2 * weight + arcs.l1), network.supply)
    return int(np.dot(flow, arcs.l1))
