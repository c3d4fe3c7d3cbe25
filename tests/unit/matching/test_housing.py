"""Co-funded projects: complete or not at all, within the fund, and proven best where few."""

from itertools import chain, combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from app.matching.solver import housing
from app.matching.solver.housing import solve_projects
from tests.unit.matching.problems import pairs_of, random_problem


def is_payable(problem, projects, fund):
    """Whether some money pays for all these projects: a feasibility programme over raw pairs."""
    pledge, need = pairs_of(problem)
    wanted = np.isin(need, projects)
    pledge, need = pledge[wanted], need[wanted]
    size, cost = len(pledge), problem.needs.qty[projects]
    into = np.array([np.append(need == p, np.array(projects) == p) for p in projects], dtype=float)
    out = [np.append(pledge == p, np.zeros(len(projects))) for p in range(len(problem.pledges))]
    out.append(np.append(np.zeros(size), np.ones(len(projects))))
    share = cost * problem.policy.fund_percent // 100
    found = linprog(
        np.zeros(size + len(projects)),
        A_ub=np.array(out, dtype=float), b_ub=[*problem.pledges.qty, fund],
        A_eq=into, b_eq=cost, bounds=[(0, None)] * size + [(0, s) for s in share],
    )  # fmt: skip
    return found.status == 0


def best_of(problem, fund):
    weights = np.array(problem.policy.tier_weights)[problem.tiers()]
    rows = range(len(problem.needs))
    choices = chain.from_iterable(combinations(rows, k) for k in range(1, len(rows) + 1))
    values = (int(weights[list(c)].sum()) for c in choices if is_payable(problem, list(c), fund))
    return max(values, default=0)


def check(problem, plan, fund):
    got = np.bincount(plan.need, plan.units, len(problem.needs)).astype(int) + plan.top_up
    used = np.bincount(plan.pledge, plan.units, len(problem.pledges))
    assert set(got[got > 0] - problem.needs.qty[got > 0]) <= {0}
    assert (used <= problem.pledges.qty).all()
    assert plan.top_up.sum() <= fund
    assert (plan.top_up * 100 <= problem.policy.fund_percent * problem.needs.qty).all()
    assert set(zip(plan.pledge, plan.need, strict=True)) <= set(
        zip(*pairs_of(problem), strict=True)
    )
    assert plan.value <= plan.bound


def money(seed, needs, pledges):
    problem = random_problem(seed, needs=needs, pledges=pledges, most=9)
    problem.needs.qty[:] = 10 + 7 * (problem.needs.qty % 5)
    problem.pledges.qty[:] *= 6
    return problem


@pytest.mark.parametrize("seed", range(12))
def test_no_choice_of_projects_is_better_where_there_are_few(seed):
    problem = money(seed, needs=6, pledges=5)

    plan = solve_projects(problem, 12)

    check(problem, plan, 12)
    assert plan.gap == 0
    assert plan.value == best_of(problem, 12)


@pytest.mark.parametrize("seed", range(4))
def test_repair_reaches_what_is_proven_best_within_its_bound(seed, monkeypatch):
    problem = money(seed, needs=120, pledges=60)
    exact = solve_projects(problem, 60)
    monkeypatch.setattr(housing, "FEW", 0)
    monkeypatch.setattr(housing, "SOME", 0)

    repaired = solve_projects(problem, 60)

    check(problem, repaired, 60)
    assert 0.97 * exact.value <= repaired.value <= exact.value <= repaired.bound


def test_money_that_reaches_nobody_pays_for_nothing():
    plan = solve_projects(random_problem(1, needs=5, pledges=0), 100)

    assert plan.value == 0
    assert plan.gap == 0


def test_the_same_projects_are_paid_by_the_same_pledges_again():
    problem = money(3, needs=80, pledges=40)

    first, again = solve_projects(problem, 65), solve_projects(problem, 65)

    assert np.array_equal(first.pledge, again.pledge)
    assert np.array_equal(first.units, again.units)
