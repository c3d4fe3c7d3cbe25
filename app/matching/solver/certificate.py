"""Proof of optimality: a flow is optimal iff its residual network has no negative cycle.

Exact whole numbers throughout. The same distances are the prices by which a plan is explained:
the least that must be given up elsewhere to bring one more unit to a node.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.matching.solver.columns import Bools, Ints
from app.matching.solver.network import SINK, Arcs, Network

FAR = 2**61


@dataclass(frozen=True, slots=True)
class Residual:
    """The arcs along which a flow may change, in runs that a sweep relaxes one after the other.

    Each run: the arcs' numbers, and whether they are used against their direction.
    """

    runs: tuple[tuple[Ints, bool], ...]


def residual(network: Network, flow: Ints) -> Residual:
    """Back from the sink up to the pledge classes, then down again: as a change travels."""
    cap = network.arcs.cap
    back, onwards = [], []
    for group in network.groups:
        numbers = np.arange(group.start, group.stop)
        back.append((numbers[flow[group] > 0], True))
        onwards.append((numbers[flow[group] < cap[group]], False))
    return Residual((*reversed(back), *onwards))


def distances(
    network: Network, changes: Residual, cost: Ints, within: Bools | None = None
) -> Ints | None:
    """The cheapest way from the sink to each node, or None if there is a negative cycle.

    within: the arcs that may be used. Each node can be reached, as every unit that a class has is
    either spare or has gone somewhere. Bellman and Ford, a sweep over all groups at a time: few
    sweeps in practice, at most one for each node.
    """
    distance = np.full(network.nodes, FAR, dtype=np.int64)
    distance[SINK] = 0
    runs = _runs(network.arcs, changes, cost, within)
    for _sweep in range(network.nodes + 1):
        before = distance.copy()
        for tail, head, price in runs:
            np.minimum.at(distance, head, distance[tail] + price)
        if distance[SINK] < 0:
            return None
        if np.array_equal(before, distance):
            return distance
    return None


def without_return(network: Network, changes: Residual) -> Residual:
    """The changes that do not come back to the sink: they close no cycle through it."""
    head = network.arcs.head
    return Residual(
        tuple(
            (numbers if against else numbers[head[numbers] != SINK], against)
            for numbers, against in changes.runs
        )
    )


def _runs(
    arcs: Arcs, changes: Residual, cost: Ints, within: Bools | None
) -> Sequence[tuple[Ints, Ints, Ints]]:
    runs = []
    for numbers, against in changes.runs:
        used = numbers if within is None else numbers[within[numbers]]
        tail, head = arcs.tail[used].astype(np.int64), arcs.head[used].astype(np.int64)
        runs.append((head, tail, -cost[used]) if against else (tail, head, cost[used]))
    return [run for run in runs if len(run[0])]


def tight(arcs: Arcs, cost: Ints, distance: Ints) -> Bools:
    """The arcs of reduced cost zero: those that equally good flows may use otherwise."""
    return np.asarray(cost + distance[arcs.tail] == distance[arcs.head])


def is_flow(network: Network, flow: Ints) -> bool:
    """Whether a flow keeps within capacities and each node passes on what it takes in."""
    arcs = network.arcs
    net = np.zeros(network.nodes, dtype=np.int64)
    np.add.at(net, arcs.tail, flow)
    np.subtract.at(net, arcs.head, flow)
    within = bool((flow >= 0).all()) and bool((flow <= arcs.cap).all())
    return within and bool(np.array_equal(net, network.supply))
