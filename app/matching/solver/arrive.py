"""One arrival: place a new pledge, or serve an urgent need, and move nothing that is promised.

Exact for the one that arrives: no other way to place it alone is better on the four levels.
Source: MATCHING.md, 6 ("frozen-exact").
"""

from dataclasses import dataclass, replace

import numpy as np

from app.matching.solver.columns import Bools, Ints, parts_of, total_by
from app.matching.solver.lift import Rows
from app.matching.solver.misfits import rules_between
from app.matching.solver.problem import Problem, bracket_caps

# Of a pledge's scope: anywhere, province, ward, cluster, by how little it leaves.
NARROWNESS = np.array([0, 1, 3, 2])


@dataclass(frozen=True, slots=True)
class Standing:
    """A category with what is promised in it: a snapshot, which no arrival changes.

    got: units promised to each need. left: of each pledge. tier: of each need. edges[ward]: the
    ends of its coverage brackets.
    """

    problem: Problem
    got: Ints
    left: Ints
    tier: Ints
    edges: Ints


def standing_of(problem: Problem, rows: Rows) -> Standing:
    """The state after these promises. Checks the problem once, for all arrivals to come."""
    problem.check()
    pledge, need, units = rows
    demand = total_by(problem.needs.ward, problem.needs.qty, len(problem.ward_cluster))
    return Standing(
        problem=problem,
        got=total_by(need, units, len(problem.needs)),
        left=problem.pledges.qty - total_by(pledge, units, len(problem.pledges)),
        tier=problem.tiers(),
        edges=np.cumsum(bracket_caps(demand, problem.policy.brackets), axis=1),
    )


def promised(standing: Standing, rows: Rows) -> Standing:
    """The state after some more promises."""
    got, left = standing.got.copy(), standing.left.copy()
    np.add.at(got, rows[1], rows[2])
    np.subtract.at(left, rows[0], rows[2])
    return replace(standing, got=got, left=left)


def place_pledge(standing: Standing, pledge: int) -> Rows:
    """Place what is left of a pledge: best value, then even coverage, neediest, nearest.

    What a ward lacks of the policy's floor comes before all of it. Returns columns of pledge, need
    and units, ordered by need. Cost: linear in the needs.
    """
    units = int(standing.left[pledge])
    needs = _open_for(standing, pledge)
    unit_need, value, first = _units_of(standing, needs, units)
    value = value + _floor_value(standing, unit_need, (value, first))
    if len(value) > units:
        cutoff = int(np.partition(value, -units)[-units]) if units else 0
        sure, even = value > cutoff, value == cutoff
        rest = _tie(standing, pledge, (unit_need, first), (sure, even))
        chosen = np.concatenate([unit_need[sure], rest[: units - int(sure.sum())]])
    else:
        chosen = unit_need
    need, counts = np.unique(chosen, return_counts=True)
    return np.full(len(need), pledge, dtype=np.int64), need, counts.astype(np.int64)


def _open_for(standing: Standing, pledge: int) -> Ints:
    """The needs that the pledge may serve and that are not served fully, one a capped household."""
    problem = standing.problem
    rows = np.flatnonzero(standing.got < problem.needs.qty)
    holds = rules_between(problem, np.full(len(rows), pledge), rows)
    rows = rows[np.all(list(holds.values()), axis=0)]
    if not problem.cap_households:
        return rows
    household = problem.needs.household
    rows = rows[~np.isin(household[rows], household[standing.got > 0])]
    need, value, composite = _units_of(standing, rows, 1)
    best = np.lexsort((need, -composite, -value))
    _, first = np.unique(household[rows[best]], return_index=True)
    return np.sort(rows[best[first]])


def _units_of(standing: Standing, needs: Ints, most: int) -> tuple[Ints, Ints, Ints]:
    """Each unit that could be placed: its need, its value, its composite if it is a first one."""
    problem, policy = standing.problem, standing.problem.policy
    still = problem.needs.qty[needs] - standing.got[needs]
    row, place = parts_of(np.minimum(still, most))
    need = needs[row]
    step = problem.needs.had[need] + standing.got[need] + place
    weights = np.asarray(policy.tier_weights, dtype=np.int64)[standing.tier[need]]
    steps = np.asarray(policy.step_weights, dtype=np.int64)
    value = weights * steps[np.minimum(step, len(steps) - 1)]
    return need, value, np.where(step == 0, problem.needs.composite[need], 0)


def _floor_value(standing: Standing, need: Ints, worth: tuple[Ints, Ints]) -> Ints:
    """What lifts each unit within its ward's floor above every other unit; else 0.

    worth: value, and composite of a first unit. Within a ward the best units are the first to be
    placed, whatever else is; so they are the ones that the floor still has room for.
    """
    (value, composite), floor = worth, standing.problem.policy.floor_brackets
    if not floor or not len(need):
        return np.zeros_like(value)
    wards = standing.problem.needs.ward
    covered = total_by(wards, standing.got, len(standing.edges))
    room = np.maximum(standing.edges[:, floor - 1] - covered, 0)
    ward = wards[need]
    order = np.lexsort((need, -composite, -value, ward))
    place = np.empty_like(need)
    place[order] = np.arange(len(need)) - np.searchsorted(ward[order], ward[order], side="left")
    return np.where(place < room[ward], int(value.max()) + 1, 0)


def _tie(
    standing: Standing, pledge: int, units: tuple[Ints, Ints], chosen: tuple[Bools, Bools]
) -> Ints:
    """The needs of units of equal value, best first: even coverage, neediest, nearest, row.

    The k-th unit of a ward earns the points of the bracket that it falls into; within a ward both
    points and composites fall, so taking the best first is exact.
    """
    problem = standing.problem
    (need, composite), (sure, even) = units, chosen
    ward = problem.needs.ward[need[even]]
    order = np.lexsort((need[even], -composite[even], ward))
    need_in_order, ward, composite = need[even][order], ward[order], composite[even][order]
    size = len(problem.ward_cluster)
    covered = total_by(problem.needs.ward, standing.got, size)
    covered += total_by(problem.needs.ward[need[sure]], np.ones(int(sure.sum()), np.int64), size)
    _, place = parts_of(np.bincount(ward, minlength=size))
    filled = covered[ward] + place
    points = problem.policy.brackets - (standing.edges[ward] <= filled[:, None]).sum(axis=1)
    level = _level(problem, np.full(len(ward), problem.pledges.origin[pledge]), ward)
    return need_in_order[np.lexsort((need_in_order, level, -composite, -points))]


def _level(problem: Problem, origin: Ints, ward: Ints) -> Ints:
    cluster, province = problem.ward_cluster, problem.ward_province
    far = (origin != ward).astype(np.int64) + (cluster[origin] != cluster[ward])
    return np.asarray(far + (province[origin] != province[ward]), dtype=np.int64)


def place_need(standing: Standing, need: int) -> Rows:
    """Serve a need from what is left, nearest first, and there the most restricted pledge first.

    Every pledge that fits brings it the same value, coverage and composite; so this is exact.
    Returns columns as place_pledge(); empty where a capped household has been served.
    """
    problem, n = standing.problem, standing.problem.needs
    wanted = int(n.qty[need] - standing.got[need])
    mine = n.household == n.household[need]
    if problem.cap_households and bool((standing.got[mine] > 0).any()):
        wanted = 0
    rows = np.flatnonzero(standing.left > 0)
    holds = rules_between(problem, rows, np.full(len(rows), need))
    rows = rows[np.all(list(holds.values()), axis=0)]
    p = problem.pledges
    terms = (p.groups[rows] > 0).astype(np.int64) + (p.programme[rows] > 0)
    terms += NARROWNESS[p.scope_kind[rows]]
    ward = np.full(len(rows), n.ward[need])
    rows = rows[np.lexsort((rows, -terms, _level(problem, p.origin[rows], ward)))]
    before = np.cumsum(standing.left[rows]) - standing.left[rows]
    units = np.clip(wanted - before, 0, standing.left[rows])
    used = units > 0
    return rows[used], np.full(int(used.sum()), need, dtype=np.int64), units[used]
