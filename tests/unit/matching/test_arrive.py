"""Arrivals: exact for the one that arrives, and nothing that is promised moves."""

from dataclasses import fields, replace

import numpy as np
import pytest

from app.matching.solver import solve
from app.matching.solver.arrive import place_need, place_pledge, promised, standing_of
from tests.unit.matching.problems import is_feasible, random_problem, worth

NOTHING = (np.zeros(0, dtype=np.int64),) * 3


def joined(*plans):
    return tuple(np.concatenate(columns) for columns in zip(*plans, strict=True))


def with_one_pledge(problem, row):
    columns = {f.name: getattr(problem.pledges, f.name)[[row]] for f in fields(problem.pledges)}
    return replace(problem, pledges=type(problem.pledges)(**columns))


@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_a_pledge_alone_is_placed_as_the_solver_would(seed, capped):
    problem = random_problem(seed, needs=40, pledges=6, most=8, capped=capped)
    large = replace(problem.pledges, qty=problem.pledges.qty * 3)
    problem = replace(problem, pledges=large)

    for row in range(6):
        rows = place_pledge(standing_of(problem, NOTHING), row)
        plan = solve(with_one_pledge(problem, row))

        assert is_feasible(problem, *rows)
        assert worth(problem, *rows) == (*plan.values[:3], -plan.values[3])


@pytest.mark.parametrize("seed", range(10))
def test_no_other_way_to_place_one_more_pledge_is_better(seed):
    problem = random_problem(seed, needs=5, pledges=4, most=3)
    before = solve(with_one_pledge(problem, 0))
    frozen = (before.pledge, before.need, before.units)

    rows = place_pledge(standing_of(problem, frozen), 1)

    best = max(
        worth(problem, *joined(frozen, other))
        for other in every_way(problem, 1)
        if is_feasible(problem, *joined(frozen, other))
    )
    assert worth(problem, *joined(frozen, rows)) == best


def every_way(problem, pledge):
    rooms = np.minimum(problem.needs.qty, problem.pledges.qty[pledge]) + 1
    for units in np.ndindex(*rooms):
        need = np.flatnonzero(units)
        yield np.full(len(need), pledge), need, np.array(units)[need]


@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_arrivals_one_after_the_other_stay_feasible(seed, capped):
    problem = random_problem(seed, needs=60, pledges=20, most=4, capped=capped)
    standing, rows = standing_of(problem, NOTHING), NOTHING

    for pledge in range(20):
        placed = place_pledge(standing, pledge)
        standing, rows = promised(standing, placed), joined(rows, placed)

    assert is_feasible(problem, *rows)
    assert worth(problem, *rows)[0] <= solve(problem).values[0]


def test_an_urgent_need_takes_the_nearest_of_what_is_left():
    problem = random_problem(4, needs=30, pledges=20, most=3)
    standing = standing_of(problem, NOTHING)

    for need in range(30):
        pledge, rows, units = place_need(standing, need)

        assert units.sum() <= problem.needs.qty[need]
        assert set(rows) <= {need}
        assert is_feasible(problem, pledge, rows, units)


def test_a_household_that_was_served_gets_no_second_item():
    problem = random_problem(2, needs=30, pledges=40, most=3, capped=True)
    standing = standing_of(problem, NOTHING)
    first = next(n for n in range(0, 30, 2) if len(place_need(standing, n)[0]))

    served = promised(standing, place_need(standing, first))

    assert len(place_need(served, first)[0]) == 0
    assert len(place_need(served, first + 1)[0]) == 0
    assert all(first + 1 not in place_pledge(served, p)[1] for p in range(40))
