"""The floor: against every plan there is, on both engines, in stages, on arrival, in words."""

from dataclasses import replace

import pytest

from app.matching.solver import BadProblem, Policy, Why, certify, simplex, solve
from app.matching.solver import engine as engine_module
from app.matching.solver import plan as plan_module
from app.matching.solver.arrive import place_pledge, standing_of
from app.matching.solver.explain import Lost
from app.matching.solver.shards import solve_in_shards
from tests.unit.matching.problems import (
    best_with_floor,
    every_plan,
    floor_of,
    is_feasible,
    random_problem,
    worth,
)
from tests.unit.matching.test_arrive import NOTHING, every_way, joined, with_one_pledge
from tests.unit.matching.test_solver import rows_of, shuffled, values_of
from tests.unit.matching.test_solver_reasons import explained

# Of three brackets one or two are the floor.
SHORT = [Policy(brackets=3, floor_brackets=floor) for floor in (1, 2)]
FLOOR = Policy(floor_brackets=3)


def crowded(seed, policy=FLOOR, **given):
    sizes = {"needs": 50, "pledges": 20, "most": 5} | given
    return random_problem(seed, policy=policy, **sizes)


def all_of(plan):
    return (plan.floor, *values_of(plan))


def without_floor(problem):
    return replace(problem, policy=replace(problem.policy, floor_brackets=0))


@pytest.mark.parametrize("policy", SHORT)
@pytest.mark.parametrize("seed", range(120))
def test_no_plan_of_a_tiny_problem_is_better_on_the_floor_and_then_the_four_levels(seed, policy):
    problem = random_problem(seed, needs=5, pledges=3, most=2, policy=policy)

    plan = solve(problem)

    assert plan.certified
    assert all_of(plan) == best_with_floor(problem)


@pytest.mark.parametrize("policy", SHORT)
@pytest.mark.parametrize("seed", range(40))
def test_no_plan_is_better_where_a_household_is_served_once(seed, policy):
    problem = random_problem(seed, needs=6, pledges=4, most=2, capped=True, policy=policy)

    plan = solve(problem)

    assert plan.certified
    assert all_of(plan) == best_with_floor(problem)


def test_the_floor_decides_somewhere_and_takes_nobody_s_unit_away():
    problems = [crowded(seed) for seed in range(20)]
    plans = [(solve(problem), solve(without_floor(problem))) for problem in problems]

    moved = [floored.values != plain.values for floored, plain in plans]

    assert sum(moved) > 5
    for problem, (floored, plain) in zip(problems, plans, strict=True):
        assert floored.floor >= floor_of(problem, plain.need, plain.units)
        assert floored.values[0] <= plain.values[0]
        assert floored.units.sum() == plain.units.sum()


def test_a_floor_of_all_brackets_changes_nothing():
    for seed in range(10):
        whole = crowded(seed, Policy(floor_brackets=10))

        assert solve(whole).values == solve(without_floor(whole)).values


@pytest.mark.parametrize("policy", SHORT)
@pytest.mark.parametrize("seed", range(20))
def test_evenness_first_fills_every_floor_as_well(seed, policy):
    problem = random_problem(seed, needs=5, pledges=3, most=2, policy=policy)

    evenest = max(every_plan(problem), key=lambda plan: worth(problem, *plan)[1::-1])

    assert floor_of(problem, *evenest[1:]) == solve(problem).floor


def test_both_engines_and_the_stages_find_plans_of_the_same_worth(monkeypatch):
    problems = [crowded(seed, capped=seed % 2 == 1) for seed in range(20)]
    by_simplex = [solve(problem) for problem in problems]
    monkeypatch.setattr(simplex, "MOST_ARCS", 0)
    by_scaling = [solve(problem) for problem in problems]
    monkeypatch.setattr(engine_module, "LARGEST_COST", 0)

    in_stages = [solve(problem) for problem in problems]

    assert {plan.stages for plan in (*by_simplex, *by_scaling)} == {1}
    assert {plan.stages for plan in in_stages} == {3}
    assert all(plan.certified for plan in (*by_simplex, *by_scaling, *in_stages))
    assert [all_of(p) for p in by_simplex] == [all_of(p) for p in by_scaling]
    assert [all_of(p) for p in by_simplex] == [all_of(p) for p in in_stages]


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_rows_does_not_change_what_a_plan_is_worth(seed):
    problem = crowded(seed)

    assert all_of(solve(shuffled(problem, seed))) == all_of(solve(problem))


def test_the_certificate_refuses_the_best_plan_without_the_floor_and_the_other_way_round():
    problems = [crowded(seed) for seed in range(12)]
    pairs = [(problem, without_floor(problem)) for problem in problems]
    plans = [(solve(floored), solve(plain)) for floored, plain in pairs]
    same = [all_of(a)[1:] == all_of(b)[1:] for a, b in plans]

    with_it = [certify(p, rows_of(plain)) for (p, _), (_, plain) in zip(pairs, plans, strict=True)]
    beside = [certify(p, rows_of(own)) for (_, p), (own, _) in zip(pairs, plans, strict=True)]

    assert not all(same)
    assert with_it == same
    assert beside == same


def test_plans_of_a_solver_that_is_deaf_to_the_floor_are_not_certified(monkeypatch):
    problems = [crowded(seed) for seed in range(12)]
    best = [all_of(solve(problem)) for problem in problems]
    costs_of = plan_module.costs_of
    monkeypatch.setattr(plan_module, "costs_of", lambda n: costs_of(replace(n, floor=None)))

    plans = [solve(problem) for problem in problems]

    equal = [all_of(plan) == value for plan, value in zip(plans, best, strict=True)]
    assert [plan.certified for plan in plans] == equal
    assert not all(equal)


def test_provinces_apart_are_each_proven_under_the_floor():
    problem = crowded(5, needs=80, pledges=30)

    rows, certified = solve_in_shards(problem)

    assert certified
    assert is_feasible(problem, *rows)
    assert floor_of(problem, *rows[1:]) <= solve(problem).floor


def test_a_floor_of_more_than_all_brackets_is_refused():
    with pytest.raises(BadProblem) as refused:
        solve(crowded(1, Policy(brackets=4, floor_brackets=5)))

    assert refused.value.table == "policy"


@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_a_pledge_alone_is_placed_as_the_solver_would(seed, capped):
    problem = crowded(seed, needs=40, pledges=6, most=8, capped=capped)
    problem = replace(problem, pledges=replace(problem.pledges, qty=problem.pledges.qty * 3))

    for row in range(6):
        rows = place_pledge(standing_of(problem, NOTHING), row)
        plan = solve(with_one_pledge(problem, row))

        assert (floor_of(problem, *rows[1:]), *worth(problem, *rows)) == all_of(plan)


@pytest.mark.parametrize("policy", SHORT)
@pytest.mark.parametrize("seed", range(10))
def test_no_other_way_to_place_one_more_pledge_is_better(seed, policy):
    problem = random_problem(seed, needs=5, pledges=4, most=3, policy=policy)
    frozen = rows_of(solve(with_one_pledge(problem, 0)))

    placed = joined(frozen, place_pledge(standing_of(problem, frozen), 1))

    ways = [joined(frozen, way) for way in every_way(problem, 1)]
    best = max(
        (floor_of(problem, *rows[1:]), *worth(problem, *rows))
        for rows in ways
        if is_feasible(problem, *rows)
    )
    assert (floor_of(problem, *placed[1:]), *worth(problem, *placed)) == best


TWO_WARDS = [{"composite": 90}, {"composite": 90}, {"composite": 30, "ward": 4}]


def test_a_need_that_gives_way_to_a_place_below_its_floor_says_so():
    plain, _ = explained(TWO_WARDS, [{"qty": 2}])
    floored, _ = explained(TWO_WARDS, [{"qty": 2}], policy=Policy(brackets=2, floor_brackets=1))

    assert [n.units for n in plain] == [1, 1, 0]
    assert [n.units for n in floored] == [1, 0, 1]
    assert (floored[1].why, floored[1].lost_by) == (Why.FLOOR, Lost.FLOOR)
    assert (floored[1].own_value, floored[1].cutoff, floored[1].cutoff_tier) == (64, 4, 4)


def test_who_lost_to_a_needier_one_beside_the_floor_is_told_that():
    floored, _ = explained(
        [{"composite": 90}, {"composite": 30}, {"composite": 90, "ward": 4}],
        [{"qty": 2}],
        policy=Policy(brackets=2, floor_brackets=1),
    )

    assert floored[1].why is Why.NEEDIER


@pytest.mark.parametrize(
    ("capped", "sizes"),
    [
        (False, {"needs": 6, "pledges": 4, "most": 2}),
        (True, {"needs": 12, "pledges": 3, "most": 1}),
    ],
)
def test_the_floor_is_named_only_where_priority_alone_would_have_given_more(capped, sizes):
    policy, named = Policy(brackets=5, floor_brackets=1), 0
    for seed in range(60):
        problem = random_problem(seed, capped=capped, policy=policy, **sizes)
        plan = solve(problem)
        for row, reason in enumerate(plan.explain()[0]):
            if reason.why is Why.FLOOR:
                floors = floors_of_better(problem, plan, row)
                named += 1
                assert floors
                assert max(floors) < plan.floor
        assert all(why.why is not Why.FLOOR for why in solve(without_floor(problem)).explain()[0])
    assert named


def floors_of_better(problem, plan, row):
    """The floors of all plans that give the need more and are better by priority."""
    return [
        floor_of(problem, need, units)
        for pledge, need, units in every_plan(problem)
        if units[need == row].sum() > plan.units[plan.need == row].sum()
        and worth(problem, pledge, need, units)[0] > plan.values[0]
    ]
