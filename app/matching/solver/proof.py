"""The proof of a plan: taken of its rows, wherever they come from, not of the engine's flow."""

from dataclasses import dataclass

from app.matching.solver.certificate import distances, is_flow, residual, tight
from app.matching.solver.columns import Ints
from app.matching.solver.engine import Costs, costs_of
from app.matching.solver.lift import Rows, lift
from app.matching.solver.network import Network
from app.matching.solver.problem import Problem

Values = tuple[int, int, int, int]
# Twice the room, so that a sum can be read back to both sides of zero.
PRICE_ROOM = 2


@dataclass(frozen=True, slots=True)
class Prices:
    """What must be given up elsewhere to bring one more unit to each node, on all four levels.

    Sums with the weights of `costs`. Canonical: the least way, whichever plan the engine found.
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
    """What holds of a plan. prices: None if the plan is not proven to be the best."""

    values: Values
    flow: Ints
    prices: Prices | None


def prove(problem: Problem, network: Network, rows: Rows) -> Proof | None:
    """The proof for a plan's rows, wherever they come from; None if they are not feasible.

    No change along a cycle improves the upper levels; and among the cycles that leave these as
    they are, which run over arcs of reduced cost zero only, none improves the lower levels.
    """
    flow = lift(problem, network, rows)
    if flow is None or not is_flow(network, flow):
        return None
    arcs = network.arcs
    values = (int(arcs.l1 @ flow), int(arcs.l2 @ flow), int(arcs.l3 @ flow), int(arcs.l4 @ flow))
    return Proof(values, flow, _prices(network, flow, costs_of(network, PRICE_ROOM)))


def _prices(network: Network, flow: Ints, costs: Costs) -> Prices | None:
    changes = residual(network, flow)
    upper = distances(network, changes, costs.upper)
    if upper is None:
        return None
    lower = distances(network, changes, costs.lower, tight(network.arcs, costs.upper, upper))
    return None if lower is None else Prices(costs, upper, lower)
