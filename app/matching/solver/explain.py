"""Why each need was or was not served, as codes and numbers; the area has the sentences.

Prices are canonical: the least first-level value given up elsewhere to bring one more unit to a
node, as the shortest residual distance to the sink.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.matching.solver.certificate import FAR, distance_to, residual, residual_cost
from app.matching.solver.classes import Classes
from app.matching.solver.expand import Given
from app.matching.solver.network import TYPE, Built
from app.matching.solver.problem import ANYWHERE, PROVINCE, Ints, Problem
from app.matching.solver.solve import arcs_of


class Why(StrEnum):
    """What became of a need or a pledge."""

    SERVED = "served"
    PARTLY = "partly"
    NOTHING_FITS = "nothing-fits"
    NEEDIER = "needier-claim"
    LOST_IN_TIER = "lost-in-tier"
    NO_NEED_FITS = "no-need-fits"
    NEEDS_MET = "needs-met"


RULES = ("spec", "groups", "programme", "window", "area")


@dataclass(frozen=True, slots=True)
class NeedReason:
    """One need: what it got, its tier, and if it missed out the cut-off or the blocking rule.

    own_value, cutoff: first-level value of its next unit, and of what a unit serves instead.
    blocking: units that miss by exactly one rule, by rule, the largest first.
    """

    why: Why
    units: int
    tier: int
    own_value: int
    cutoff: int
    cutoff_tier: int
    blocking: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PledgeReason:
    """One pledge: the units it keeps, and the single rules that keep needs from it."""

    why: Why
    units_left: int
    blocking: tuple[tuple[str, int], ...] = ()


def explain_needs(
    problem: Problem, classes: Classes, built: Built, flow: Ints, plan: Sequence[Given]
) -> list[NeedReason]:
    """A reason for every need of the problem, in the order of its rows."""
    got = np.zeros(len(problem.needs), dtype=np.int64)
    for given in plan:
        got[given.need] += given.units
    prices = _prices(built, flow)
    tiers = problem.tiers()
    reasons = []
    for row in range(len(problem.needs)):
        tier, units = int(tiers[row]), int(got[row])
        own = _next_value(problem, tier, units)
        key = (TYPE, int(problem.needs.ward[row]), int(classes.need_type[row]))
        price = prices.get(key)
        why = _why(problem, row, units, own, price)
        blocking = tuple(_blocking(problem, row)) if why is Why.NOTHING_FITS else ()
        cutoff = price or 0
        reasons.append(
            NeedReason(why, units, tier, own, cutoff, _tier_of(problem, cutoff), blocking)
        )
    return reasons


def _why(problem: Problem, row: int, units: int, own: int, price: int | None) -> Why:
    if units >= int(problem.needs.qty[row]):
        return Why.SERVED
    if units:
        return Why.PARTLY
    if price is None:
        return Why.NOTHING_FITS
    return Why.NEEDIER if own < price else Why.LOST_IN_TIER


def _next_value(problem: Problem, tier: int, units: int) -> int:
    step = min(units, len(problem.policy.step_weights) - 1)
    return problem.policy.tier_weights[tier] * problem.policy.step_weights[step]


def _tier_of(problem: Problem, value: int) -> int:
    """The neediest tier of which a first unit is worth no more than this value."""
    first = problem.policy.step_weights[0]
    worth = [weight * first for weight in problem.policy.tier_weights]
    return next((k for k, w in enumerate(worth) if w <= value), len(worth) - 1)


def _prices(built: Built, flow: Ints) -> dict[tuple[int, ...], int]:
    """For each need type reached by any pledge: the value that one more unit would have there."""
    arcs, network = arcs_of(built.network), built.network
    tail, head, index = residual(arcs.tail, arcs.head, arcs.cap, flow)
    cost = residual_cost(-arcs.l1, index)
    distance = distance_to(1, len(network.keys), (tail, head), cost)
    reached = {network.head[a] for a in range(len(network.head))}
    return {
        key: int(-distance[n])
        for key, n in network.number.items()
        if key[0] == TYPE and n in reached and distance[n] < FAR
    }


def _blocking(problem: Problem, row: int) -> Iterator[tuple[str, int]]:
    """The rules that alone keep pledges from a need, and how many units each keeps away."""
    holds = _holding(problem, row)
    missed: dict[str, int] = defaultdict(int)
    for rule in RULES:
        others = np.all([holds[r] for r in RULES if r != rule], axis=0)
        missed[rule] = int(problem.pledges.qty[others & ~holds[rule]].sum())
    yield from sorted(
        ((r, n) for r, n in missed.items() if n), key=lambda pair: (-pair[1], pair[0])
    )


def _holding(problem: Problem, row: int) -> dict[str, NDArray[np.bool_]]:
    """For each rule, which pledges satisfy it for one need."""
    p, n = problem.pledges, problem.needs
    ward = int(n.ward[row])
    in_province = p.scope_id == problem.ward_province[ward]
    area = (p.scope_kind == ANYWHERE) | np.where(
        p.scope_kind == PROVINCE, in_province, p.scope_id == ward
    )
    return {
        "spec": np.asarray(problem.fit[p.spec, n.spec[row]]),
        "groups": (p.groups == 0) | ((p.groups & n.groups[row]) != 0),
        "programme": (p.programme == 0) | (p.programme == n.programme[row]),
        "window": (p.avail_from <= n.deadline[row]) & (n.start[row] <= p.avail_to),
        "area": np.asarray(area, dtype=bool),
    }


def explain_pledges(problem: Problem, plan: Sequence[Given]) -> list[PledgeReason]:
    """A reason for every pledge, in the order of the rows; units left are its surplus."""
    left = problem.pledges.qty.copy()
    for given in plan:
        left[given.pledge] -= given.units
    reasons = []
    for row in range(len(problem.pledges)):
        rest = int(left[row])
        fitting = _fitting_needs(problem, row)
        if not rest:
            reasons.append(PledgeReason(Why.SERVED, 0))
        elif fitting["all"]:
            reasons.append(PledgeReason(Why.NEEDS_MET, rest))
        else:
            missed = sorted(
                ((r, n) for r, n in fitting.items() if r != "all" and n),
                key=lambda pair: (-pair[1], pair[0]),
            )
            reasons.append(PledgeReason(Why.NO_NEED_FITS, rest, tuple(missed)))
    return reasons


def _fitting_needs(problem: Problem, row: int) -> dict[str, int]:
    """How many units of need fit a pledge wholly, and by all rules but one."""
    p, n = problem.pledges, problem.needs
    kind, scope = int(p.scope_kind[row]), int(p.scope_id[row])
    area = np.ones(len(n), dtype=bool)
    if kind == PROVINCE:
        area = problem.ward_province[n.ward] == scope
    elif kind != ANYWHERE:
        area = n.ward == scope
    holds = {
        "spec": problem.fit[p.spec[row], n.spec],
        "groups": (p.groups[row] == 0) | ((p.groups[row] & n.groups) != 0),
        "programme": (p.programme[row] == 0) | (p.programme[row] == n.programme),
        "window": (p.avail_from[row] <= n.deadline) & (n.start <= p.avail_to[row]),
        "area": area,
    }
    found = {"all": int(n.qty[np.all(list(holds.values()), axis=0)].sum())}
    for rule in RULES:
        others = np.all([holds[r] for r in RULES if r != rule], axis=0)
        found[rule] = int(n.qty[others & ~holds[rule]].sum())
    return found
