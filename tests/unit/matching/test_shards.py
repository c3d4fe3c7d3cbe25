"""Quotas and shards: feasible, nearly as good, and no unit is given to two provinces."""

import numpy as np
import pytest

from app.matching.solver import solve
from app.matching.solver.shards import shards_of, solve_in_shards
from tests.unit.matching.problems import is_feasible, random_problem, worth


@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_a_plan_by_shards_is_feasible_and_not_better_than_the_best(seed, capped):
    problem = random_problem(seed, needs=80, pledges=30, most=5, capped=capped)

    rows, certified = solve_in_shards(problem)

    best = solve(problem).values[0]
    assert certified
    assert is_feasible(problem, *rows)
    assert 0.9 * best <= worth(problem, *rows)[0] <= best


@pytest.mark.parametrize("seed", range(5))
def test_shards_share_no_unit_and_lose_none(seed):
    problem = random_problem(seed, needs=80, pledges=30, most=5)

    given = np.zeros(30, dtype=int)
    for shard in shards_of(problem):
        given[shard.pledges] += shard.problem.pledges.qty

    assert (given == problem.pledges.qty).all()


def test_a_problem_without_pledges_has_an_empty_plan():
    rows, certified = solve_in_shards(random_problem(1, needs=5, pledges=0))

    assert certified
    assert [len(column) for column in rows] == [0, 0, 0]
