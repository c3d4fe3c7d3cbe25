"""The price of fairness: how much of the first level is lost if even coverage comes before it."""

import numpy as np

from app.matching.solver.engine import in_one_stage
from app.matching.solver.network import Network


def evenest_value(network: Network) -> int:
    """First-level value of the best among the evenest plans: one more solve. Raises CannotSolve.

    A cycle passes each node once, so one step of the upper level must outweigh the lower level's
    largest step once for each node. Source: MATCHING.md, 3.
    """
    arcs = network.arcs
    if not len(arcs):
        return 0
    weight = int(arcs.l1.max(initial=0)) * network.nodes + 1
    flow = in_one_stage(network, -(arcs.l2 * weight + arcs.l1))
    return int(np.dot(flow, arcs.l1))
