"""Each reason from a small problem in which it is the truth, and prices against a second solve."""

from dataclasses import fields, replace

import numpy as np
import pytest

from app.matching.solver import Needs, Pledges, Policy, Problem, Why, solve
from app.matching.solver.explain import Lost
from tests.unit.matching.problems import CLUSTER, PROVINCE, random_problem

ONE = {"household": 0, "ward": 0, "spec": 0, "groups": 1, "programme": 0, "start": 0}
NEED = {**ONE, "deadline": 3, "qty": 1, "had": 0, "composite": 60}
PLEDGE = {
    "origin": 0, "spec": 0, "qty": 1, "scope_kind": 0, "scope_id": -1, "groups": 0,
    "programme": 0, "avail_from": 0, "avail_to": 3,
}  # fmt: skip


def table(kind, base, rows):
    whole = [base | row for row in rows]
    return kind(**{f.name: np.array([row[f.name] for row in whole]) for f in fields(kind)})


def explained(needs, pledges, *, capped=False, policy=None):
    needs = [{"household": i} | need for i, need in enumerate(needs)]
    fit = np.array([[True, False], [False, True]])
    problem = Problem(
        table(Needs, NEED, needs),
        table(Pledges, PLEDGE, pledges),
        CLUSTER,
        PROVINCE,
        fit,
        capped,
        policy or Policy(),
    )
    return solve(problem).explain()


def test_the_one_that_is_served_says_so():
    needs, pledges = explained([{}], [{}])

    assert needs[0].why is Why.SERVED
    assert pledges[0].why is Why.SERVED


def test_a_needier_claim_is_named_by_its_value_and_tier():
    needs, _ = explained([{"composite": 90}, {"composite": 45}], [{}])

    assert needs[1].why is Why.NEEDIER
    assert (needs[1].own_value, needs[1].cutoff, needs[1].cutoff_tier) == (8, 64, 0)


def test_what_comes_after_the_first_units_of_others_is_part_of_the_reason():
    needs, _ = explained([{"qty": 2, "composite": 60}, {"composite": 60}], [{"qty": 2}])

    assert needs[0].why is Why.PARTLY
    assert (needs[0].own_value, needs[0].cutoff) == (8, 16)


@pytest.mark.parametrize(
    ("rule", "pledge"),
    [
        ("spec", {"spec": 1}),
        ("groups", {"groups": 2}),
        ("programme", {"programme": 4}),
        ("window", {"avail_from": 4, "avail_to": 5}),
        ("area", {"scope_kind": 2, "scope_id": 3}),
        ("area", {"scope_kind": 1, "scope_id": 1}),
    ],
)
def test_the_single_rule_that_blocks_is_named_with_its_units_on_both_sides(rule, pledge):
    needs, pledges = explained([{}], [{"qty": 7} | pledge])

    assert needs[0].why is Why.NOTHING_FITS
    assert needs[0].blocking == ((rule, 7),)
    assert pledges[0].why is Why.NO_NEED_FITS
    assert pledges[0].blocking == ((rule, 1),)


def test_units_that_miss_by_two_rules_are_not_counted():
    needs, _ = explained([{}], [{"spec": 1, "groups": 2}])

    assert needs[0].blocking == ()


def test_a_ward_that_has_its_share_loses_inside_the_tier():
    needs, _ = explained([{"composite": 90}, {}, {"ward": 4}], [{"qty": 2}])

    assert [needs[0].why, needs[2].why] == [Why.SERVED, Why.SERVED]
    assert (needs[1].why, needs[1].lost_by) == (Why.LOST_IN_TIER, Lost.COVERAGE)


def test_a_lower_composite_loses_inside_the_tier():
    needs, _ = explained([{"composite": 61}, {"composite": 60}], [{}])

    assert (needs[1].why, needs[1].lost_by) == (Why.LOST_IN_TIER, Lost.COMPOSITE)


def test_who_is_farther_loses_where_all_else_is_equal():
    needs, _ = explained([{"ward": 2}, {"ward": 1}], [{}])

    assert (needs[0].why, needs[0].lost_by) == (Why.LOST_IN_TIER, Lost.DISTANCE)


def test_equal_claims_are_told_apart_by_their_order_only():
    needs, _ = explained([{}, {}], [{}])

    assert {n.lost_by for n in needs if n.why is Why.LOST_IN_TIER} == {Lost.ORDER}


def test_a_household_that_is_served_once_names_the_need_that_was():
    needs, _ = explained([{"composite": 70}, {"household": 0}], [{"qty": 5}], capped=True)

    assert needs[0].why is Why.SERVED
    assert needs[1].instead == 0


def test_a_pledge_that_outlasts_its_needs_keeps_the_rest():
    _, pledges = explained([{}], [{"qty": 9}])

    assert (pledges[0].why, pledges[0].units_left) == (Why.NEEDS_MET, 8)


SUPER = Policy(tier_from=(1000, 85, 70, 55, 40), tier_weights=(10_000, 16, 8, 4, 2, 1))


def beside_one_that_outranks_all(problem, need):
    """The problem with one more need in the same place and with the same terms, to be served."""
    n = problem.needs
    columns = {f.name: np.append(getattr(n, f.name), getattr(n, f.name)[need]) for f in fields(n)}
    columns["composite"][-1], columns["qty"][-1] = 1000, 1
    columns["household"][-1], columns["had"][-1] = 999, 0
    return replace(problem, needs=Needs(**columns))


@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_a_cut_off_is_what_bringing_one_unit_really_costs_the_others(seed, capped):
    problem = random_problem(seed, needs=24, pledges=10, most=3, capped=capped, policy=SUPER)
    plan = solve(problem)

    for row, reason in enumerate(plan.explain()[0]):
        if reason.why is not Why.NOTHING_FITS:
            forced = solve(beside_one_that_outranks_all(problem, row))
            assert forced.values[0] == plan.values[0] + 40_000 - reason.cutoff
