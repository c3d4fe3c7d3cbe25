"""Proof of optimality: a flow is optimal iff its residual network has no negative cycle.

Exact integers throughout. The same pass gives the node prices by which the plan is explained.
"""

import numpy as np
from numpy.typing import NDArray

from app.matching.solver.problem import Ints

FAR = np.int64(2**61)


def residual(tail: Ints, head: Ints, cap: Ints, flow: Ints) -> tuple[Ints, Ints, Ints]:
    """Ends of the residual arcs and the sign of their cost: onwards with room, back with flow."""
    onwards, back = flow < cap, flow > 0
    ends = np.concatenate([tail[onwards], head[back]]), np.concatenate([head[onwards], tail[back]])
    index = np.concatenate([np.flatnonzero(onwards), -1 - np.flatnonzero(back)])
    return ends[0], ends[1], index


def residual_cost(cost: Ints, index: Ints) -> Ints:
    """The cost of each residual arc: as it is onwards, negated back."""
    return np.where(index >= 0, cost[np.maximum(index, 0)], -cost[np.maximum(-1 - index, 0)])


def potentials(nodes: int, tail: Ints, head: Ints, cost: Ints) -> Ints | None:
    """Shortest distances from everywhere at once, or None if there is a negative cycle.

    Bellman and Ford over all arcs at a time; O(nodes x arcs) at worst, a few rounds in practice.
    """
    distance = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes + 1):
        nearer = distance.copy()
        np.minimum.at(nearer, head, distance[tail] + cost)
        if np.array_equal(nearer, distance):
            return distance
        distance = nearer
    return None


def distance_to(target: int, nodes: int, ends: tuple[Ints, Ints], cost: Ints) -> Ints:
    """The cheapest way from each node to `target`; FAR where there is none. No negative cycles."""
    tail, head = ends
    distance = np.full(nodes, FAR, dtype=np.int64)
    distance[target] = 0
    for _ in range(nodes + 1):
        known = distance[head] < FAR
        nearer = distance.copy()
        np.minimum.at(nearer, tail[known], distance[head][known] + cost[known])
        if np.array_equal(nearer, distance):
            break
        distance = nearer
    return distance


def is_flow(tail: Ints, head: Ints, cap: Ints, flow: Ints, balance: Ints) -> bool:
    """Whether a flow keeps within capacities and each node passes on what it takes in."""
    within: NDArray[np.bool_] = (flow >= 0) & (flow <= cap)
    net = np.zeros(len(balance), dtype=np.int64)
    np.add.at(net, tail, flow)
    np.subtract.at(net, head, flow)
    return bool(within.all()) and bool(np.array_equal(net, balance))
