"""Solving one category: one lexicographic integer cost, an exact engine, and the proof.

Two optimal flows differ by simple residual cycles; so each level's weight must outweigh what the
lower ones can change along one cycle, not in total (MATCHING.md, 4). Where even that is too large
for the engine, two stages give the same four levels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from app.matching.solver.certificate import is_flow, potentials, residual, residual_cost
from app.matching.solver.network import COVERAGE, HOUSEHOLD, PLEDGE, Network
from app.matching.solver.problem import Ints

ENGINE = "ortools-min-cost-flow/1"
# Beyond this the engine may report BAD_COST_RANGE; two stages then keep costs small.
LARGEST_COST = 2**50


class CannotSolve(RuntimeError):
    """The engine gave up; its status is the message. The old proposals must stay."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """A network's arcs as columns."""

    tail: Ints
    head: Ints
    cap: Ints
    l1: Ints
    l2: Ints
    l3: Ints
    l4: Ints


@dataclass(frozen=True, slots=True)
class Solved:
    """A flow, its four values (l4 is a cost), and whether it is proven optimal on all of them."""

    flow: Ints
    values: tuple[int, int, int, int]
    certified: bool
    stages: int


def arcs_of(network: Network) -> Arcs:
    """The arcs as int64 columns."""

    def column(values: list[int]) -> Ints:
        return np.asarray(values, dtype=np.int64)

    return Arcs(
        tail=column(network.tail),
        head=column(network.head),
        cap=column(network.cap),
        l1=column(network.l1),
        l2=column(network.l2),
        l3=column(network.l3),
        l4=column(network.l4),
    )


def solve_network(network: Network, brackets: int) -> Solved:
    """The lexicographically best flow. Raises CannotSolve."""
    arcs = arcs_of(network)
    balance = np.zeros(len(network.keys), dtype=np.int64)
    balance[0], balance[1] = network.supply, -network.supply
    upper, lower = _costs(network, arcs, brackets)
    wide = _combined(network, arcs, upper, lower)
    if wide is not None:
        flow, stages = _run(arcs, wide, balance, arcs.cap), 1
    else:
        flow, stages = _two_stages(arcs, upper, lower, balance), 2
    values = (
        int(arcs.l1 @ flow),
        int(arcs.l2 @ flow),
        int(arcs.l3 @ flow),
        int(arcs.l4 @ flow),
    )
    return Solved(flow, values, is_optimal(arcs, flow, balance, (upper, lower)), stages)


def _costs(network: Network, arcs: Arcs, brackets: int) -> tuple[Ints, Ints]:
    """The cost of the upper two levels and of the lower two, each exact on cycles."""
    entries = sum(1 for key in network.keys if key[0] == PLEDGE)
    distance = 3 * entries
    upper = -((brackets + 1) * arcs.l1 + arcs.l2)
    lower = arcs.l4 - (distance + 1) * arcs.l3
    return upper, lower


def _combined(network: Network, arcs: Arcs, upper: Ints, lower: Ints) -> Ints | None:
    """One cost for all four levels, or None if it would grow too large for the engine."""
    kinds = [key[0] for key in network.keys]
    passed = kinds.count(COVERAGE) + kinds.count(HOUSEHOLD)
    entries = kinds.count(PLEDGE)
    most = int(arcs.l3.max(initial=0)) * passed
    change = most * (3 * entries + 1) + 3 * entries + 1
    largest = int(np.abs(upper).max(initial=0)) * change + int(np.abs(lower).max(initial=0))
    return upper * change + lower if largest < LARGEST_COST else None


def _run(arcs: Arcs, cost: Ints, balance: Ints, cap: Ints) -> Ints:
    """One exact minimum-cost flow."""
    engine = min_cost_flow.SimpleMinCostFlow()
    numbers = engine.add_arcs_with_capacity_and_unit_cost(arcs.tail, arcs.head, cap, cost)
    engine.set_nodes_supplies(np.arange(len(balance), dtype=np.int64), balance)
    status = engine.solve()
    if status != engine.OPTIMAL:
        raise CannotSolve(str(status))
    return np.asarray(engine.flows(numbers), dtype=np.int64)


def _two_stages(arcs: Arcs, upper: Ints, lower: Ints, balance: Ints) -> Ints:
    """Best on the upper levels; then, moving only where that costs nothing, on the lower ones."""
    first = _run(arcs, upper, balance, arcs.cap)
    tight = _tight(arcs, first, upper, len(balance))
    fixed = np.where(tight, 0, first)
    rest = balance.copy()
    np.subtract.at(rest, arcs.tail, fixed)
    np.add.at(rest, arcs.head, fixed)
    second = _run(arcs, np.where(tight, lower, 0), rest, np.where(tight, arcs.cap, 0))
    return fixed + second


def _tight(arcs: Arcs, flow: Ints, cost: Ints, nodes: int) -> NDArray[np.bool_]:
    """The arcs that an equally good flow may use otherwise: reduced cost zero."""
    tail, head, index = residual(arcs.tail, arcs.head, arcs.cap, flow)
    price = potentials(nodes, tail, head, residual_cost(cost, index))
    if price is None:
        raise CannotSolve("the first stage is not optimal")
    return np.asarray(cost + price[arcs.tail] - price[arcs.head] == 0)


def is_optimal(arcs: Arcs, flow: Ints, balance: Ints, costs: tuple[Ints, Ints]) -> bool:
    """Whether a flow is proven best on all four levels, by exact integer arithmetic.

    No residual cycle improves the upper levels; and among the cycles that leave them as they
    are, which run over arcs of reduced cost zero only, none improves the lower levels.
    """
    if not is_flow(arcs.tail, arcs.head, arcs.cap, flow, balance):
        return False
    tail, head, index = residual(arcs.tail, arcs.head, arcs.cap, flow)
    upper = residual_cost(costs[0], index)
    price = potentials(len(balance), tail, head, upper)
    if price is None:
        return False
    level = upper + price[tail] - price[head] == 0
    lower = residual_cost(costs[1], index)
    return potentials(len(balance), tail[level], head[level], lower[level]) is not None
