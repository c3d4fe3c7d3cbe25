"""What needs ask for: one arc for the needs of a class whose next units are worth the same."""

from dataclasses import dataclass

import numpy as np

from app.matching.solver.columns import Ints, number_rows, parts_of, total_by
from app.matching.solver.problem import Problem


@dataclass(frozen=True, slots=True)
class Claims:
    """Arcs from need classes towards wards, and the steps of needs that each stands for.

    Of each arc: need_class, room (units), worth (tier weight x step weight), composite (on first
    units only), household (index into `households`, -1 for none), first_need (one of its needs).
    Of each step, sorted by arc and then neediest first: step_need, step_arc, step_room,
    step_start (the units that the plan gives the need before this step).
    households: those with several needs of which one is served; household_first: a need of each.
    """

    need_class: Ints
    room: Ints
    worth: Ints
    composite: Ints
    household: Ints
    first_need: Ints
    step_need: Ints
    step_arc: Ints
    step_room: Ints
    step_start: Ints
    households: Ints
    household_first: Ints


def claims_of(problem: Problem, need_class: Ints) -> Claims:
    """The claims of all needs that some pledge reaches."""
    n, steps = problem.needs, len(problem.policy.step_weights)
    tier = problem.tiers()
    useful = np.flatnonzero(need_class >= 0)
    # Neediest first within a class, so that an arc's units go to its needs in this order.
    order = np.lexsort((useful, -n.composite[useful], tier[useful], need_class[useful]))
    needs = useful[order]
    households, shared, household_first = _shared(problem, needs)
    begun = np.minimum(n.had[needs], steps - 1)
    row, place = parts_of(np.minimum(n.qty[needs], steps - begun))
    need, step = needs[row], begun[row] + place
    composite = np.where(step == 0, n.composite[need], 0)
    room = np.where(step == steps - 1, n.qty[need] - place, 1)
    first, arc = number_rows([need_class[need], tier[need], step, -composite, shared[row]])
    by_arc = np.argsort(arc, kind="stable")
    weights = _weights(problem, tier[need[first]], step[first])
    return Claims(
        need_class=need_class[need[first]],
        room=total_by(arc, room, len(first)),
        worth=weights,
        composite=composite[first],
        household=shared[row[first]],
        first_need=need[first],
        step_need=need[by_arc],
        step_arc=arc[by_arc],
        step_room=room[by_arc],
        step_start=place[by_arc],
        households=households,
        household_first=household_first,
    )


def _shared(problem: Problem, needs: Ints) -> tuple[Ints, Ints, Ints]:
    """Households with several of these needs in a capped category; each need's, or -1."""
    none = np.zeros(0, dtype=np.int64)
    if not problem.cap_households:
        return none, np.full(len(needs), -1, dtype=np.int64), none
    household = problem.needs.household[needs]
    found, first, number, count = np.unique(
        household, return_index=True, return_inverse=True, return_counts=True
    )
    many = count > 1
    place = np.where(many, np.cumsum(many) - 1, -1)
    return found[many], place[number], needs[first[many]]


def _weights(problem: Problem, tier: Ints, step: Ints) -> Ints:
    policy = problem.policy
    by_tier = np.asarray(policy.tier_weights, dtype=np.int64)
    by_step = np.asarray(policy.step_weights, dtype=np.int64)
    worth: Ints = by_tier[tier] * by_step[step]
    return worth
