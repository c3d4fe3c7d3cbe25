"""The same networks given to other engines: HiGHS and networkx."""

import time
from collections.abc import Callable

import networkx as nx
import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped]  # It has no stubs.
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # It has no stubs.

from app.matching.solver.columns import Ints
from app.matching.solver.engine import costs_of, in_one_stage, run
from app.matching.solver.network import Network
from benchmarks.matching.instances import Run


def seconds_ours(network: Network, cost: Ints) -> float:
    """Our engines on one cost, the better of two."""
    return min(_timed(lambda: in_one_stage(network, cost)) for _ in range(2))


def seconds_ortools(network: Network) -> float:
    """OR-Tools with all four levels in one cost, the better of two."""
    cost = one_cost(network)
    return min(_timed(lambda: run(network.arcs, cost, network.supply)) for _ in range(2))


def _timed(solve: Callable[[], object]) -> float:
    started = time.perf_counter()
    solve()
    return time.perf_counter() - started


def one_cost(network: Network) -> Ints:
    """All four levels in one cost."""
    costs = costs_of(network)
    return costs.upper * costs.change + costs.lower


def seconds_networkx(network: Network) -> float:
    """networkx.network_simplex with all four levels in one cost."""
    arcs, cost = network.arcs, one_cost(network)
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from((n, {"demand": -int(s)}) for n, s in enumerate(network.supply))
    columns = (arcs.tail.tolist(), arcs.head.tolist(), arcs.cap.tolist(), cost.tolist())
    for tail, head, cap, weight in zip(*columns, strict=True):
        graph.add_edge(tail, head, capacity=cap, weight=weight)
    started = time.perf_counter()
    nx.network_simplex(graph)
    return time.perf_counter() - started


def seconds_highs(network: Network) -> float:
    """HiGHS' dual simplex on the upper two levels."""
    started = time.perf_counter()
    _linear_programme(network, costs_of(network).upper)
    return time.perf_counter() - started


def _linear_programme(
    network: Network, cost: Ints, fixed: tuple[tuple[Ints, int], ...] = ()
) -> float:
    arcs, size = network.arcs, len(network.arcs)
    ends = np.concatenate([arcs.tail, arcs.head])
    signs = np.concatenate([np.ones(size), -np.ones(size)])
    places = np.concatenate([np.arange(size), np.arange(size)])
    incidence = csr_matrix((signs, (ends, places)), shape=(network.nodes, size))
    limits = [row for row, _ in fixed]
    found = linprog(
        cost,
        A_ub=csr_matrix(np.array(limits)) if limits else None,
        b_ub=[value + 1e-6 for _, value in fixed] or None,
        A_eq=incidence,
        b_eq=network.supply,
        bounds=np.stack([np.zeros(size), arcs.cap], axis=1),
        method="highs-ds",
    )
    return float(found.fun)


def equals_linear_programme(solved: Run) -> bool:
    """Whether all four values are those of linear programmes over the network, level by level."""
    if solved.proof is None:
        return False
    arcs, network = solved.network.arcs, solved.network
    fixed: tuple[tuple[Ints, int], ...] = ()
    signed = [-arcs.l1, -arcs.l2, -arcs.l3, arcs.l4]
    signs = (-1, -1, -1, 1)
    for level, sign, value in zip(signed, signs, solved.proof.values, strict=True):
        if len(arcs) and abs(_linear_programme(network, level, fixed) - sign * value) > 0.5:  # noqa: PLR2004 - whole numbers.
            return False
        fixed = (*fixed, (level, sign * value))
    return True
