"""The solver against brute force, a linear programme over raw pairs, and its own certificate."""

from dataclasses import fields, replace

import numpy as np
import pytest

from app.matching.solver import BadProblem, Policy, certify, simplex, solve
from app.matching.solver import engine as engine_module
from app.matching.solver import plan as plan_module
from tests.unit.matching.problems import (
    PairProgramme,
    best_by_trying_all,
    is_feasible,
    random_problem,
    worth,
)


def values_of(plan):
    return (*plan.values[:3], -plan.values[3])


def rows_of(plan):
    return plan.pledge, plan.need, plan.units


@pytest.mark.parametrize("seed", range(60))
def test_no_plan_of_a_tiny_problem_is_better(seed):
    problem = random_problem(seed, needs=4, pledges=3, most=2)

    plan = solve(problem)

    assert plan.certified
    assert values_of(plan) == best_by_trying_all(problem)


@pytest.mark.parametrize("seed", range(40))
def test_no_plan_is_better_where_a_household_is_served_once(seed):
    problem = random_problem(seed, needs=6, pledges=4, most=2, capped=True)

    plan = solve(problem)

    assert plan.certified
    assert values_of(plan) == best_by_trying_all(problem)


@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_all_four_values_are_those_of_the_linear_programme_over_raw_pairs(seed, capped):
    problem = random_problem(seed, needs=40, pledges=15, most=6, capped=capped)

    plan = solve(problem)

    assert plan.certified
    assert values_of(plan) == PairProgramme(problem).best()


@pytest.mark.parametrize("seed", range(20))
def test_rows_are_feasible_and_worth_what_the_plan_says(seed):
    problem = random_problem(seed, needs=60, pledges=20, most=9, capped=seed % 2 == 1)

    plan = solve(problem)

    assert is_feasible(problem, *rows_of(plan))
    assert values_of(plan) == worth(problem, *rows_of(plan))
    assert len({(g.pledge, g.need) for g in plan.given}) == len(plan.given)


def test_two_stages_give_the_same_values_where_one_cost_would_be_too_large(monkeypatch):
    problems = [random_problem(seed, needs=50, pledges=20, most=5) for seed in range(8)]
    in_one = [solve(problem) for problem in problems]
    monkeypatch.setattr(engine_module, "LARGEST_COST", 0)

    in_two = [solve(problem) for problem in problems]

    assert {plan.stages for plan in in_one} == {1}
    assert {plan.stages for plan in in_two} == {2}
    assert all(plan.certified for plan in in_two)
    assert [p.values for p in in_one] == [p.values for p in in_two]


def test_both_engines_find_plans_of_the_same_worth(monkeypatch):
    problems = [random_problem(seed, needs=50, pledges=20, most=5) for seed in range(20)]
    by_simplex = [solve(problem) for problem in problems]
    monkeypatch.setattr(simplex, "MOST_ARCS", 0)

    by_scaling = [solve(problem) for problem in problems]

    assert all(plan.certified for plan in (*by_simplex, *by_scaling))
    assert [p.values for p in by_simplex] == [p.values for p in by_scaling]


def test_where_one_engine_gives_up_the_other_is_asked(monkeypatch):
    problem = random_problem(3, needs=50, pledges=20, most=5)
    found = solve(problem).values
    monkeypatch.setattr(simplex, "LARGEST_TOTAL", 0)

    plan = solve(problem)

    assert plan.certified
    assert plan.values == found


def test_the_engine_that_refuses_a_cost_is_asked_in_two_stages(monkeypatch):
    problem = random_problem(3, needs=50, pledges=20)
    run, asked = engine_module.run, []

    def refuse_first(*args):
        asked.append(args)
        if len(asked) == 1:
            raise engine_module.CostTooLarge("BAD_COST_RANGE")
        return run(*args)

    monkeypatch.setattr(simplex, "MOST_ARCS", 0)
    monkeypatch.setattr(engine_module, "run", refuse_first)
    plan = solve(problem)

    assert plan.certified
    assert plan.stages == 2


def shuffled(problem, seed):
    """The same problem with its rows in another order, sorted back by no key at all."""
    rng = np.random.default_rng(seed)
    orders = {"needs": rng.permutation(len(problem.needs))}
    orders["pledges"] = rng.permutation(len(problem.pledges))

    def turned(table, order):
        return type(table)(*(getattr(table, f.name)[order] for f in fields(table)))

    tables = {name: turned(getattr(problem, name), order) for name, order in orders.items()}
    return replace(problem, **tables)


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_rows_does_not_change_what_a_plan_is_worth(seed):
    problem = random_problem(seed, needs=60, pledges=20, most=5)

    assert solve(shuffled(problem, seed)).values == solve(problem).values


def test_the_same_problem_gives_the_same_rows_again():
    problem = random_problem(5, needs=80, pledges=30, most=5)

    assert solve(problem).given == solve(problem).given


@pytest.mark.parametrize("seed", range(6))
def test_the_certificate_refuses_a_plan_without_any_one_of_its_rows(seed):
    problem = random_problem(seed, needs=40, pledges=15, most=4)
    rows = rows_of(solve(problem))

    verdicts = [
        certify(problem, tuple(np.delete(column, i) for column in rows))
        for i in range(len(rows[0]))
    ]

    assert certify(problem, rows)
    assert verdicts == [False] * len(rows[0])


@pytest.mark.parametrize("level", ["l1", "l2", "l3", "l4"])
def test_the_certificate_refuses_a_plan_that_is_best_on_all_levels_but_one(level, monkeypatch):
    problems = [random_problem(seed, needs=60, pledges=20, most=5) for seed in range(12)]
    best = [values_of(solve(problem)) for problem in problems]

    def blind(network):
        deaf = replace(network.arcs, **{level: np.zeros_like(network.arcs.l1)})
        return engine_module.costs_of(replace(network, arcs=deaf))

    monkeypatch.setattr(plan_module, "costs_of", blind)
    plans = [solve(problem) for problem in problems]
    equal = [values_of(plan) == value for plan, value in zip(plans, best, strict=True)]

    assert [plan.certified for plan in plans] == equal
    assert not all(equal)


def test_the_certificate_refuses_more_than_a_pledge_has_or_a_need_asks():
    problem = random_problem(1, needs=30, pledges=10)
    pledge, need, units = rows_of(solve(problem))

    assert not certify(problem, (pledge, need, units + 1))


def test_the_certificate_refuses_a_pair_that_does_not_fit():
    problem = random_problem(1, needs=30, pledges=10)
    pledge, need, units = rows_of(solve(problem))

    turned = (pledge, np.roll(need, 1), units)

    assert certify(problem, turned) == is_feasible(problem, *turned) is False


@pytest.mark.parametrize(("needs", "pledges"), [(0, 0), (5, 0), (0, 5)])
def test_nothing_to_match_is_an_empty_certified_plan(needs, pledges):
    plan = solve(random_problem(1, needs=needs, pledges=pledges))

    assert plan.given == ()
    assert plan.certified


def test_a_pledge_far_larger_than_all_needs_is_no_difficulty():
    problem = random_problem(2, needs=20, pledges=5)
    large = replace(problem.pledges, qty=np.full(5, 10**9 - 1))

    plan = solve(replace(problem, pledges=large))

    assert plan.certified
    assert plan.units.sum() <= problem.needs.qty.sum()


@pytest.mark.parametrize("seed", range(5))
def test_pledges_that_are_used_up_change_nothing(seed):
    problem = random_problem(seed, needs=30, pledges=12, most=3)
    used_up = replace(problem.pledges, qty=np.where(np.arange(12) % 2, problem.pledges.qty, 0))
    without = {f.name: getattr(used_up, f.name)[1::2] for f in fields(used_up)}

    with_them = solve(replace(problem, pledges=used_up))
    alone = solve(replace(problem, pledges=type(used_up)(**without)))

    assert with_them.certified
    assert with_them.values == alone.values
    assert list(with_them.explain()[0]) == list(alone.explain()[0])


@pytest.mark.parametrize(
    ("table", "column", "row", "value"),
    [
        ("needs", "ward", 2, 99),
        ("needs", "qty", 0, -1),
        ("needs", "spec", 3, 7),
        ("pledges", "origin", 1, -1),
        ("pledges", "qty", 1, -5),
        ("pledges", "scope_kind", 0, 9),
    ],
)
def test_a_row_that_cannot_be_meant_is_named(table, column, row, value):
    problem = random_problem(1)
    damaged = getattr(getattr(problem, table), column).copy()
    damaged[row] = value
    wrong = replace(getattr(problem, table), **{column: damaged})

    with pytest.raises(BadProblem) as refused:
        solve(replace(problem, **{table: wrong}))

    assert (refused.value.table, refused.value.column, refused.value.row) == (table, column, row)


def test_weights_that_do_not_fall_are_refused():
    with pytest.raises(BadProblem) as refused:
        solve(random_problem(1, policy=Policy(step_weights=(2, 2, 1))))

    assert refused.value.table == "policy"
