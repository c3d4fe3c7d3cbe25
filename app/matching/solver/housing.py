"""Co-funded projects: each is paid for completely or not at all, a fund may top up a part.

A flow in which projects may be paid in part bounds what is possible; the few that end partly paid
are repaired by a small integer programme, and a last flow assigns the money exactly, near before
far. Source: MATCHING.md, 6; app/matching/DECISIONS.md.
"""

from dataclasses import dataclass, replace

import numpy as np

from app.matching.solver.classes import classes_of
from app.matching.solver.columns import Bools, Ints, total_by
from app.matching.solver.engine import run
from app.matching.solver.expand import expand
from app.matching.solver.network import BRACKET, ENTRY, HOUSEHOLD, Network, assemble
from app.matching.solver.problem import LEVELS, Problem
from app.matching.solver.projects import ProjectParts, project_claims
from app.matching.solver.reach import reach_of
from app.matching.solver.repair import Choice, choose
from app.matching.solver.tree import tree_of

# Projects this few are chosen by the integer programme over all of them at once.
FEW = 250
# So many may still be, where repair has left more than a twentieth of a percent open.
SOME = 2_500
GOOD_ENOUGH = 0.9995
WIDTHS = (40, 160)
REPAIR_NODES = 300
SCALE = 10**12
FREEDOM = 1_000


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """Which projects are paid for, by whom.

    pledge, need (row numbers) and units (money): parallel, ordered by need and pledge. top_up: of
    each need, from the fund. value: tier weights of the projects paid for; bound: no plan is worth
    more.
    """

    problem: Problem
    pledge: Ints
    need: Ints
    units: Ints
    top_up: Ints
    value: int
    bound: int

    @property
    def gap(self) -> float:
        """How far the value may lie below the best, as a part of the bound; 0 is proven best."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0

    @property
    def paid(self) -> Bools:
        """Which projects are paid for."""
        got = total_by(self.need, self.units, len(self.problem.needs)) + self.top_up
        return np.asarray(got == self.problem.needs.qty)


def solve_projects(problem: Problem, fund: int) -> ProjectPlan:
    """Choose and pay projects: needs with `qty` as their cost, pledges with `qty` as money.

    Deterministic. Proven best for few projects; else the proven gap is told. Raises BadProblem,
    CannotSolve.
    """
    problem.check()
    tree, classes = tree_of(problem), classes_of(problem)
    reach, hubs = reach_of(problem, tree, classes)
    claims = project_claims(problem, reach.need_class)
    fund_node = np.zeros(1, dtype=np.int64)
    parts = ProjectParts(problem, tree, classes, reach, hubs, claims, fund_node, fund)
    network = assemble(parts)
    relaxed, bound = _relaxed(problem, network)
    paid, is_best = _chosen(problem, network, fund, relaxed)
    flow, paid = _assigned(network, paid, _near_before_far(network))
    value = int(_worth(problem)[paid].sum())
    pledge, need, units = expand(problem, network, flow)
    top_up = np.zeros(len(problem.needs), dtype=np.int64)
    top_up[claims.households] = flow[network.groups[BRACKET]][1:]
    return ProjectPlan(
        problem, pledge, need, units, top_up, value, value if is_best else max(bound, value)
    )


def _worth(problem: Problem) -> Ints:
    return np.asarray(problem.policy.tier_weights, dtype=np.int64)[problem.tiers()]


def _relaxed(problem: Problem, network: Network) -> tuple[Ints, int]:
    """The best flow if projects could be paid in part, and what it bounds.

    A unit of money earns weight / cost, rounded up, so the flow earns no less than any plan.
    """
    projects = network.claims.households
    # Equal projects earn a trifle apart, or the flow would spread over them, finishing none.
    reward = _reward(problem, projects) + np.arange(len(projects), 0, -1)
    price = np.zeros(len(network.arcs), dtype=np.int64)
    price[network.groups[HOUSEHOLD]] = -reward
    flow = run(network.arcs, price, network.supply)
    return flow, int(-(price @ flow)) // SCALE


def _reward(problem: Problem, projects: Ints) -> Ints:
    """What a unit of money earns in each project, in 1 / SCALE, rounded up."""
    return -(-_worth(problem)[projects] * SCALE // problem.needs.qty[projects])


def _chosen(problem: Problem, network: Network, fund: int, flow: Ints) -> tuple[Ints, bool]:
    """The projects (row numbers) to be paid for, and whether the choice is proven best."""
    projects = network.claims.households
    everything = Choice(projects, problem.pledges.qty, fund)
    if len(projects) <= FEW:
        return choose(problem, everything)
    flow_value = -(flow[network.groups[HOUSEHOLD]] @ _reward(problem, projects)) // -SCALE
    best, best_value = projects[:0], -1
    for width in WIDTHS:
        paid = _repaired(problem, network, (fund, width), flow)
        value = int(_worth(problem)[paid].sum())
        if value > best_value:
            best, best_value = paid, value
        if best_value >= flow_value * GOOD_ENOUGH:
            return best, False
    if len(projects) > SOME:
        return best, False
    paid, is_best = choose(problem, everything)
    better = is_best or int(_worth(problem)[paid].sum()) > best_value
    return (paid, is_best) if better else (best, False)


def _repaired(problem: Problem, network: Network, room: tuple[int, int], flow: Ints) -> Ints:
    """The projects that the flow completed, those near the edge weighed again with the next.

    room: the fund, and how many projects on the near side of the edge are weighed again.
    """
    fund, width = room
    projects = network.claims.households
    cost = problem.needs.qty[projects]
    complete = flow[network.groups[HOUSEHOLD]] == cost
    order = np.lexsort((projects, -_worth(problem)[projects] / cost))
    edge = order[complete[order]][-width:]
    settled = complete.copy()
    settled[edge] = False
    kept = projects[settled]
    left, fund_left = _left(problem, network, kept, fund)
    candidates = np.concatenate([edge, order[~complete[order]][: 2 * width]])
    choice = Choice(np.sort(projects[candidates]), left, fund_left, REPAIR_NODES)
    return np.union1d(kept, choose(problem, choice)[0])


def _left(problem: Problem, network: Network, kept: Ints, fund: int) -> tuple[Ints, int]:
    """The money of each pledge, and of the fund, beside projects that are to be paid.

    These are paid with the money that could serve the fewest others, so that what is left serves
    the most.
    """
    hubs, group = network.hubs, network.groups[ENTRY]
    price = np.zeros(len(network.arcs), dtype=np.int64)
    within_reach = _within_reach(network)
    widest = np.zeros(len(hubs.classes), dtype=np.int64)
    np.maximum.at(widest, hubs.entry_class, within_reach[hubs.entry_hub])
    price[group] = widest[hubs.entry_class] * FREEDOM // max(1, int(widest.max(initial=0)))
    flow, _ = _assigned(network, kept, price)
    pledge, _, units = expand(problem, network, flow)
    left = problem.pledges.qty - total_by(pledge, units, len(problem.pledges))
    return left, fund - int(flow[network.groups[BRACKET]][1:].sum())


def _within_reach(network: Network) -> Ints:
    """What the projects below each hub cost together."""
    cost = total_by(network.claims.need_class, network.claims.room, network.reach.size)
    below = total_by(
        network.reach.serve_hub, cost[network.reach.serve_class], len(network.hubs.place)
    )
    level = network.tree.level[network.hubs.place]
    for child in range(LEVELS - 1):
        here = np.flatnonzero((level == child) & (network.hubs.parent >= 0))
        np.add.at(below, network.hubs.parent[here], below[here])
    return below


def _assigned(network: Network, paid: Ints, price: Ints) -> tuple[Ints, Ints]:
    """The cheapest flow that pays for these projects completely, and the projects.

    Each pass drops what could not be completed, should the integer programme have been off by a
    rounding error; so it ends.
    """
    group = network.groups[HOUSEHOLD]
    projects = network.claims.households
    # More than the price can change along a cycle, which passes each node once.
    price[group] = -2 * (int(price.max(initial=0)) + 1) * network.nodes
    while True:
        cap = network.arcs.cap.copy()
        cap[group] = np.where(np.isin(projects, paid), cap[group], 0)
        flow = run(replace(network.arcs, cap=cap), price, network.supply)
        complete = projects[(flow[group] == cap[group]) & (cap[group] > 0)]
        if len(complete) == len(paid):
            return flow, paid
        paid = complete


def _near_before_far(network: Network) -> Ints:
    """Distance as the price; the fund pays last."""
    price = network.arcs.l4.copy()
    price[network.groups[BRACKET]][1:] = LEVELS
    return price
