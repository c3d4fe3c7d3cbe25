"""The engines and their one lexicographic integer cost, in stages where it would overflow.

Two flows differ by simple residual cycles; so each level's weight must outweigh what the lower
ones can change along one cycle, not in total. A cycle passes the sink once, so fairness changes by
`brackets` at most; each ward and household once, so values and composites change by at most the
largest one for each of them; each pledge class once, so distance changes by at most 3 for each.
Source: MATCHING.md, 4; the floor: DECISIONS.md, 32.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.matching.solver import simplex
from app.matching.solver.certificate import distances, residual, tight
from app.matching.solver.columns import Ints
from app.matching.solver.network import BRACKET, Arcs, Network, kept
from app.matching.solver.problem import LEVELS

ENGINE = "lemon-network-simplex/1+ortools-min-cost-flow/2"
LARGEST_COST = 2**62


class CannotSolve(RuntimeError):
    """The engine gave up; its status is the message. The old proposals must stay."""


class CostTooLarge(CannotSolve):
    """The engine cannot keep the costs within its whole numbers."""


@dataclass(frozen=True, slots=True)
class Costs:
    """The cost of each arc on the floor, the upper two levels and the lower two, exact on cycles.

    floor: None without one. change: more than the lower cost can change along any cycle;
    upper_change: more than the upper cost can. upper_weight: of one unit of value against a
    fairness point; lower_weight: of a composite point against a step of distance.
    """

    floor: Ints | None
    upper: Ints
    lower: Ints
    upper_change: int
    change: int
    upper_weight: int
    lower_weight: int

    @property
    def stages(self) -> Sequence[Ints]:
        """The costs that must each be the least, the most important first."""
        return (self.upper, self.lower) if self.floor is None else (
            self.floor, self.upper, self.lower
        )  # fmt: skip

    @property
    def largest(self) -> int:
        """The largest cost of one unit on an arc if all are one; it may be beyond 64 bits."""
        upper = int(-self.upper.min(initial=0))
        if self.floor is not None:
            upper += self.upper_change
        return upper * self.change

    def in_one(self) -> Ints:
        """All of it as one cost. Only where the largest stays within 64 bits."""
        upper = self.upper
        if self.floor is not None:
            upper = upper + self.floor * self.upper_change
        return upper * self.change + self.lower


def costs_of(network: Network, room: int = 1) -> Costs:
    """The costs that make level after level decide.

    room: how many times over each weight outweighs the level below it. More than 1 changes no
    plan; it lets differences of sums be read back level by level.
    """
    arcs = network.arcs
    brackets = int(arcs.l2.max(initial=0))
    classes, passed = len(network.hubs.classes), len(network.wards) + len(network.claims.households)
    farther = (LEVELS - 1) * classes
    upper_weight, lower_weight = room * brackets + 1, room * farther + 1
    return Costs(
        floor=_floor_of(network),
        upper=-(upper_weight * arcs.l1 + arcs.l2),
        lower=arcs.l4 - lower_weight * arcs.l3,
        upper_change=int(arcs.l1.max(initial=0)) * passed * upper_weight + brackets + 1,
        change=int(arcs.l3.max(initial=0)) * passed * lower_weight + farther + 1,
        upper_weight=upper_weight,
        lower_weight=lower_weight,
    )


def _floor_of(network: Network) -> Ints | None:
    """A gain of 1 for each unit within the floor, or None without one.

    The sink is passed once, so a cycle changes it by 1 at most.
    """
    if network.floor is None:
        return None
    cost = np.zeros(len(network.arcs), dtype=np.int64)
    cost[network.groups[BRACKET]] = np.where(network.floor, -1, 0)
    return cost


def best_flow(network: Network, costs: Costs) -> tuple[Ints, int]:
    """The best flow on all levels, and the number of stages it took. Raises CannotSolve."""
    if not len(network.arcs):
        return np.zeros(0, dtype=np.int64), 0
    # Python's whole numbers do not overflow, so the question itself is safe.
    if costs.largest < LARGEST_COST // (network.nodes + 1):
        try:
            return in_one_stage(network, costs.in_one()), 1
        except CostTooLarge:
            pass
    return _in_stages(network, costs.stages), len(costs.stages)


def in_one_stage(network: Network, cost: Ints) -> Ints:
    """One exact minimum-cost flow by the engine that is the faster one at this size.

    By the other where that gives up. Raises CostTooLarge, CannotSolve.
    """
    if len(network.arcs) <= simplex.MOST_ARCS:
        try:
            return simplex.cheapest_flow(network, cost)
        except simplex.GaveUp:
            pass
    return run(network.arcs, cost, network.supply)


def run(arcs: Arcs, cost: Ints, supply: Ints) -> Ints:
    """One exact minimum-cost flow by cost scaling: the faster way on the largest networks."""
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - 19 MB that few runs need.

    engine = min_cost_flow.SimpleMinCostFlow()
    numbers = engine.add_arcs_with_capacity_and_unit_cost(arcs.tail, arcs.head, arcs.cap, cost)
    engine.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    status = engine.solve()
    if status == engine.BAD_COST_RANGE:
        raise CostTooLarge(status.name)
    if status != engine.OPTIMAL:
        raise CannotSolve(status.name)
    return np.asarray(engine.flows(numbers), dtype=np.int64)


def _in_stages(network: Network, stages: Sequence[Ints]) -> Ints:
    """Best on the first cost; then, moving only where that costs nothing, on the next, and on."""
    arcs = network.arcs
    flow = run(arcs, stages[0], network.supply)
    free = np.ones(len(arcs), dtype=np.bool_)
    for done, cost in pairwise(stages):
        price = distances(network, residual(network, flow), done, free)
        if price is None:
            raise CannotSolve("stage-not-optimal")
        free &= tight(arcs, done, price)
        supply = network.supply.copy()
        np.subtract.at(supply, arcs.tail[~free], flow[~free])
        np.add.at(supply, arcs.head[~free], flow[~free])
        flow[free] = run(kept(arcs, free), cost[free], supply)
    return flow
