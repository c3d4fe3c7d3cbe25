"""The network simplex of LEMON, on all but the largest networks the faster engine by far.

Whichever engine finds a plan, proof.py proves it. Why two: DECISIONS.md, 34.
"""

import numpy as np
import pylmcf

from app.matching.solver.columns import Ints
from app.matching.solver.network import BRACKET, CLAIM, Network

MOST_ARCS = 200_000
# What all units together may cost, so that the engine's sums stay whole numbers of 64 bits.
LARGEST_TOTAL = 2**61


class GaveUp(RuntimeError):
    """The costs are too large for this engine's whole numbers, or it found no flow."""


def cheapest_flow(network: Network, cost: Ints) -> Ints:
    """One exact minimum-cost flow. Raises GaveUp.

    The engine takes no negative costs, so each arc's is moved by what its ends are worth: as all
    units pass the same layers, every flow's cost moves by the same.
    """
    arcs, worth = network.arcs, _worths(network, cost)
    moved = cost + worth[arcs.tail] - worth[arcs.head]
    largest, units = int(moved.max(initial=0)), int(network.supply[network.supply > 0].sum())
    # Python's whole numbers do not overflow, so the question itself is safe.
    if int(moved.min(initial=0)) < 0 or largest * (units + 1) * 8 > LARGEST_TOTAL:
        message = f"a cost of {largest}"
        raise GaveUp(message)
    # It wants arcs by their ends.
    order = np.lexsort((arcs.head, arcs.tail))
    graph = pylmcf.Graph(network.nodes, arcs.tail[order], arcs.head[order])
    graph.set_node_supply(network.supply)
    graph.set_edge_capacities(arcs.cap[order])
    graph.set_edge_costs(moved[order])
    try:
        graph.solve()
    except RuntimeError as found:
        raise GaveUp(str(found)) from found
    flow = np.empty(len(cost), dtype=np.int64)
    flow[order] = graph.result()
    return flow


def _worths(network: Network, cost: Ints) -> Ints:
    """Of each node the most that a unit can still earn on its way from there to the sink."""
    claim, bracket = (
        -int(cost[network.groups[group]].min(initial=0)) for group in (CLAIM, BRACKET)
    )
    worth = np.full(network.nodes, bracket, dtype=np.int64)
    worth[0] = 0
    worth[network.starts[0] : network.starts[3]] = claim + bracket
    return worth
