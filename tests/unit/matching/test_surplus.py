"""What keeps units of pledges from open needs: by terms and places, as pair by pair."""

from dataclasses import replace

import numpy as np
import pytest

from app.matching.solver import Why, solve
from app.matching.solver.misfits import rules_between
from app.matching.solver.problem import BY_PEOPLE, BY_PLACE
from app.matching.solver.surplus import nearest, still_open
from tests.unit.matching.problems import random_problem
from tests.unit.matching.test_solver_reasons import explained


def counted(problem, pledge, open_units):
    """Pair by pair."""
    needs = np.arange(len(problem.needs))
    holds = rules_between(problem, np.full(len(needs), pledge), needs)
    broken = sum((~held).astype(int) for held in holds.values())
    units = {r: int(open_units[(broken == 1) & ~held].sum()) for r, held in holds.items()}
    return {rule: count for rule, count in units.items() if count}


@pytest.mark.parametrize("apart", [0, BY_PLACE, BY_PEOPLE])
@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_open_units_that_miss_by_one_rule_are_counted_as_pair_by_pair(seed, capped, apart):
    problem = random_problem(seed, needs=60, pledges=40, most=4, capped=capped)
    problem = replace(problem, apart=np.array([[0, apart], [0, 0]], dtype=np.int8))
    got = np.minimum(problem.needs.qty, np.arange(60) % 3 % 2)
    open_units, rows = still_open(problem, got), np.arange(0, 40, 2)

    found, number = nearest(problem, rows, open_units)

    assert len(number) == len(rows)
    for row, place in zip(rows, number, strict=True):
        assert dict(found[place]) == counted(problem, row, open_units)
        assert list(found[place]) == sorted(found[place], key=lambda pair: (-pair[1], pair[0]))


def test_the_plan_s_reasons_say_it_of_pledges_that_keep_units_though_some_need_fits():
    problem = random_problem(4, needs=60, pledges=40, most=9)
    plan = solve(problem)
    got = np.bincount(plan.need, plan.units, 60).astype(np.int64)

    reasons = plan.explain()[1]

    met = [row for row, reason in enumerate(reasons) if reason.why is Why.NEEDS_MET]
    assert met
    assert any(reasons[row].blocking for row in met)
    for row in met:
        assert dict(reasons[row].blocking) == counted(problem, row, still_open(problem, got))


def test_where_nothing_is_open_nothing_is_said_to_be_near():
    _, pledges = explained([{}], [{"qty": 9}])

    assert (pledges[0].why, pledges[0].units_left, pledges[0].blocking) == (Why.NEEDS_MET, 8, ())
