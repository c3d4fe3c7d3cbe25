"""The proof of a plan: taken of its rows, wherever they come from, not of the engine's flow."""

from dataclasses import dataclass

from app.matching.solver.certificate import distances, is_flow, residual, tight, without_return
from app.matching.solver.columns import Ints
from app.matching.solver.engine import Costs, costs_of
from app.matching.solver.lift import Rows, lift
from app.matching.solver.network import BRACKET, Network
from app.matching.solver.problem import Problem

Values = tuple[int, int, int, int]
# Twice the room, so that a sum can be read back to both sides of zero.
PRICE_ROOM = 2


@dataclass(frozen=True, slots=True)
class Prices:
    """What must be given up elsewhere to bring one more unit to each node, on all four levels.

    Sums with the weights of `costs`. Canonical: the least way, whichever plan the engine found.
    With a floor the upper two are the least of all ways, also of those that would take a unit
    out of it: a need with more to offer than that is kept out by the floor alone.
    """

    costs: Costs
    upper: Ints
    lower: Ints

    def at(self, node: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """The prices of nodes level by level: value, fairness points, composite, distance."""
        upper = _read(self.upper[node], self.costs.upper_weight)
        lower = _read(self.lower[node], self.costs.lower_weight)
        return *upper, *lower


def _read(total: Ints, weight: int) -> tuple[Ints, Ints]:
    """The parts of weight * first + second, where the second is smaller than half the weight."""
    first = (total + weight // 2) // weight
    return first, total - first * weight


@dataclass(frozen=True, slots=True)
class Proof:
    """What holds of a plan. prices: None if the plan is not proven to be the best.

    floor: the units within the policy's floor, or None without one.
    """

    values: Values
    floor: int | None
    flow: Ints
    prices: Prices | None


def prove(problem: Problem, network: Network, rows: Rows) -> Proof | None:
    """The proof for a plan's rows, wherever they come from; None if they are not feasible.

    No change along a cycle improves the floor; among the cycles that leave it as it is, which
    run over arcs of reduced cost zero only, none improves the upper levels; and so on downwards.
    """
    flow = lift(problem, network, rows)
    if flow is None or not is_flow(network, flow):
        return None
    arcs = network.arcs
    values = (int(arcs.l1 @ flow), int(arcs.l2 @ flow), int(arcs.l3 @ flow), int(arcs.l4 @ flow))
    prices = _prices(network, flow, costs_of(network, PRICE_ROOM))
    return Proof(values, _within_floor(network, flow), flow, prices)


def _within_floor(network: Network, flow: Ints) -> int | None:
    if network.floor is None:
        return None
    return int(flow[network.groups[BRACKET]][network.floor].sum())


def _prices(network: Network, flow: Ints, costs: Costs) -> Prices | None:
    changes = residual(network, flow)
    free, found = None, []
    for cost in costs.stages:
        distance = distances(network, changes, cost, free)
        if distance is None:
            return None
        within = tight(network.arcs, cost, distance)
        free = within if free is None else free & within
        found.append(distance)
    upper, lower = found[-2:]
    if costs.floor is not None:
        # Never None: without the way back to the sink nothing that is left can be improved.
        either = distances(network, without_return(network, changes), costs.upper)
        upper = upper if either is None else either
    return Prices(costs, upper, lower)
