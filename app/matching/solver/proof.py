"""The proof of a plan: taken of its rows, wherever they come from, not of the engine's flow."""

from dataclasses import dataclass

from app.matching.solver.certificate import distances, is_flow, residual, tight
from app.matching.solver.columns import Ints
from app.matching.solver.engine import Costs, costs_of
from app.matching.solver.lift import Rows, lift
from app.matching.solver.network import Network
from app.matching.solver.problem import Problem

Values = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Prices:
    """What must be given up elsewhere to bring one more unit to each node, on all four levels.

    upper: (brackets + 1) * first-level value + fairness points; lower: lower_weight * composite
    + distance. Canonical: the least way, which does not depend on the engine.
    """

    upper: Ints
    lower: Ints


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
    return Proof(values, flow, _prices(network, flow, costs_of(network)))


def _prices(network: Network, flow: Ints, costs: Costs) -> Prices | None:
    changes = residual(network, flow)
    upper = distances(network, changes, costs.upper)
    if upper is None:
        return None
    lower = distances(network, changes, costs.lower, tight(network.arcs, costs.upper, upper))
    return None if lower is None else Prices(upper, lower)
