"""Small random problems, and slow, plain ways to find their best plans."""

from itertools import product

import numpy as np
from scipy.optimize import linprog

from app.matching.solver import Needs, Pledges, Policy, Problem
from app.matching.solver.misfits import rules_between
from app.matching.solver.problem import bracket_caps

CLUSTER = np.array([0, 0, 1, 2, 2])
PROVINCE = np.array([0, 0, 0, 1, 1])


def random_problem(seed, *, needs=6, pledges=4, most=3, **given):
    """Crowded enough that every rule and every level decides somewhere. given: capped, policy."""
    capped = given.get("capped", False)
    rng = np.random.default_rng(seed)

    def column(low, high, size):
        return rng.integers(low, high, size, dtype=np.int64)

    ward = np.sort(column(0, len(CLUSTER), needs))
    scope = rng.choice(4, pledges, p=[0.5, 0.15, 0.2, 0.15]).astype(np.int64)
    place = column(0, len(CLUSTER), pledges)
    start, opens = column(0, 3, needs), column(0, 3, pledges)
    household = np.arange(needs) // 2 if capped else np.arange(needs)
    if capped:
        ward = ward[household * 2]
    table = Needs(
        household=household,
        ward=ward,
        spec=column(0, 2, needs),
        groups=column(1, 4, needs),
        programme=column(0, 2, needs),
        start=start,
        deadline=start + column(0, 3, needs),
        qty=np.ones(needs, dtype=np.int64) if capped else column(1, most + 1, needs),
        had=np.maximum(column(-3, 3, needs), 0),
        composite=column(30, 100, needs),
    )
    offers = Pledges(
        origin=column(0, len(CLUSTER), pledges),
        spec=column(0, 2, pledges),
        qty=column(1, most + 1, pledges),
        scope_kind=scope,
        scope_id=np.choose(scope, [np.full(pledges, -1), PROVINCE[place], place, CLUSTER[place]]),
        groups=column(0, 3, pledges),
        programme=np.where(rng.random(pledges) < 0.7, 0, 1).astype(np.int64),
        avail_from=opens,
        avail_to=opens + column(0, 3, pledges),
    )
    fit = np.array([[True, False], [True, True]])
    return Problem(table, offers, CLUSTER, PROVINCE, fit, capped, given.get("policy") or Policy())


def pairs_of(problem):
    """The rows of pledges and needs that fit, pair by pair."""
    p, n = len(problem.pledges), len(problem.needs)
    pledge, need = np.repeat(np.arange(p), n), np.tile(np.arange(n), p)
    fits = np.all(list(rules_between(problem, pledge, need).values()), axis=0)
    return pledge[fits], need[fits]


def level_of(problem, pledge, need):
    a, b = problem.pledges.origin[pledge], problem.needs.ward[need]
    near = np.where(problem.ward_province[a] == problem.ward_province[b], 2, 3)
    near = np.where(problem.ward_cluster[a] == problem.ward_cluster[b], 1, near)
    return np.where(a == b, 0, near)


def worth(problem, pledge, need, units):
    """The four values of a plan, straight from the policy's words; distance as a loss."""
    n, policy = problem.needs, problem.policy
    got = np.bincount(need, units, len(n)).astype(int)
    tiers = problem.tiers()
    steps = policy.step_weights
    first = sum(
        policy.tier_weights[tiers[i]] * steps[min(k, len(steps) - 1)]
        for i in range(len(n))
        for k in range(n.had[i], n.had[i] + got[i])
    )
    points = 0
    for ward in range(len(problem.ward_cluster)):
        here = n.ward == ward
        left = int(got[here].sum())
        for k, cap in enumerate(bracket_caps(int(n.qty[here].sum()), policy.brackets)):
            points += min(left, int(cap)) * (policy.brackets - k)
            left -= min(left, int(cap))
    composite = int(n.composite[(got > 0) & (n.had == 0)].sum())
    return first, points, composite, -int((level_of(problem, pledge, need) * units).sum())


def floor_of(problem, need, units):
    """The units of a plan within the floor brackets, straight from the policy's words."""
    n, policy = problem.needs, problem.policy
    covered = 0
    for ward in range(len(problem.ward_cluster)):
        caps = bracket_caps(int(n.qty[n.ward == ward].sum()), policy.brackets)
        got = int(units[n.ward[need] == ward].sum())
        covered += min(got, int(caps[: policy.floor_brackets].sum()))
    return covered


def every_plan(problem):
    """Every plan there is."""
    pledge, need = pairs_of(problem)
    rooms = [
        range(int(min(problem.pledges.qty[p], problem.needs.qty[n])) + 1)
        for p, n in zip(pledge, need, strict=True)
    ]
    plans = (np.array(units, dtype=int) for units in product(*rooms))
    return ((pledge, need, u) for u in plans if is_feasible(problem, pledge, need, u))


def best_with_floor(problem):
    """The best units within the floor and then the best four values, over every plan there is."""
    return max((floor_of(problem, p[1], p[2]), *worth(problem, *p)) for p in every_plan(problem))


def is_feasible(problem, pledge, need, units):
    n = problem.needs
    got = np.bincount(need, units, len(n))
    households = np.bincount(n.household[got > 0], minlength=1)
    within = (got <= n.qty).all() and (
        np.bincount(pledge, units, len(problem.pledges)) <= problem.pledges.qty
    ).all()
    fits = all(r.all() for r in rules_between(problem, pledge, need).values())
    return bool(within and fits and not (problem.cap_households and households.max() > 1))


def best_by_trying_all(problem, prefer=None):
    """The best four values over every plan there is. prefer: values -> what is most; else they."""
    return max((worth(problem, *plan) for plan in every_plan(problem)), key=prefer)


class PairProgramme:
    """The linear programme over raw pairs: no classes, no hubs, no network."""

    def __init__(self, problem):
        self.problem = problem
        self.pledge, self.need = pairs_of(problem)
        self.steps = [
            (i, k, 1)
            for i, (had, lacks) in enumerate(zip(problem.needs.had, problem.needs.qty, strict=True))
            for k in range(int(had), int(had + lacks))
        ]
        self.brackets = [
            (w, k, int(cap))
            for w in range(len(problem.ward_cluster))
            for k, cap in enumerate(self._caps(w))
        ]
        self.size = len(self.pledge) + len(self.steps) + len(self.brackets)
        self.rows, self.right = [], []
        self._limits()

    def _caps(self, ward):
        n = self.problem.needs
        return bracket_caps(int(n.qty[n.ward == ward].sum()), self.problem.policy.brackets)

    def _row(self, pairs=(), steps=(), brackets=(), sign=1):
        row = np.zeros(self.size)
        row[list(pairs)] = 1
        row[[len(self.pledge) + i for i in steps]] = sign
        row[[len(self.pledge) + len(self.steps) + i for i in brackets]] = -1
        return row

    def _limits(self):
        problem = self.problem
        self.equal = []
        for p in range(len(problem.pledges)):
            self.rows.append(self._row(np.flatnonzero(self.pledge == p)))
            self.right.append(problem.pledges.qty[p])
        for i in range(len(problem.needs)):
            steps = [s for s, (need, _, _) in enumerate(self.steps) if need == i]
            self.equal.append(self._row(np.flatnonzero(self.need == i), steps, sign=-1))
        for w in range(len(problem.ward_cluster)):
            steps = [s for s, (i, _, _) in enumerate(self.steps) if problem.needs.ward[i] == w]
            of_ward = [b for b, (ward, _, _) in enumerate(self.brackets) if ward == w]
            self.equal.append(self._row((), steps, of_ward))
        if problem.cap_households:
            for h in np.unique(problem.needs.household):
                mine = np.flatnonzero(problem.needs.household[self.need] == h)
                self.rows.append(self._row(mine))
                self.right.append(1)

    def _levels(self):
        problem, policy = self.problem, self.problem.policy
        tiers, pairs = problem.tiers(), np.zeros(len(self.pledge))
        none_s, none_b = np.zeros(len(self.steps)), np.zeros(len(self.brackets))
        by_step = policy.step_weights
        worth_of = [by_step[min(k, len(by_step) - 1)] for _, k, _ in self.steps]
        first = [
            policy.tier_weights[tiers[i]] * step
            for (i, _, _), step in zip(self.steps, worth_of, strict=True)
        ]
        points = [policy.brackets - k for _, k, _ in self.brackets]
        composite = [int(problem.needs.composite[i]) if k == 0 else 0 for i, k, _ in self.steps]
        yield np.concatenate([pairs, first, none_b])
        yield np.concatenate([pairs, none_s, points])
        yield np.concatenate([pairs, composite, none_b])
        yield np.concatenate([-level_of(problem, self.pledge, self.need), none_s, none_b])

    def best(self):
        """The four best values, one level after the other, each fixed before the next."""
        rooms = [cap for _, _, cap in self.steps] + [cap for _, _, cap in self.brackets]
        bounds = [(0, None)] * len(self.pledge) + [(0, room) for room in rooms]
        fixed, values = [], []
        for level in self._levels():
            found = linprog(
                -level,
                A_ub=np.array(self.rows + [-row for row, _ in fixed]),
                b_ub=np.array(self.right + [1e-6 - value for _, value in fixed]),
                A_eq=np.array(self.equal),
                b_eq=np.zeros(len(self.equal)),
                bounds=bounds,
                method="highs",
            )
            fixed.append((level, -found.fun))
            values.append(round(-found.fun))
        return tuple(values)
