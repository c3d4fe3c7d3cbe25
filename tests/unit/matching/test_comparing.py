"""One past under two policies: packed, replayed, and who would gain or lose."""

from dataclasses import replace
from datetime import date

import pytest

from app.matching.comparing import compared, solved_under
from app.matching.packing import document_of, packed, unpacked
from app.matching.rules.policy import DEFAULT_POLICY
from app.matching.solver import solve
from app.matching.solver.plan import network_of
from app.matching.solver.price import evenest_value
from tests.unit.matching.problems import best_by_trying_all, random_problem
from tests.unit.matching.test_snapshot import gift, gifts, seen, unequal

URGENT_LESS = replace(DEFAULT_POLICY, urgency_points=0, most_waiting_points=0)


def past():
    needs = [
        gift(1, urgency=3, groups=("near-poor",), deadline_on=date(2027, 1, 1)),
        gift(2, urgency=0, groups=("poor",)),
    ]
    found = seen(needs, [gifts(1)])
    return replace(found, declined=frozenset({("x", "y")}), pending={("a", "b"): 2})


def test_a_kept_past_comes_back_as_it_was():
    again = unpacked(packed(document_of(past())))

    assert again == past()
    assert document_of(again) == document_of(past())


def test_the_same_policy_changes_nothing():
    side = solved_under(past(), DEFAULT_POLICY)

    facts = compared([(past(), side, solved_under(past(), DEFAULT_POLICY))])

    assert (facts["gained_count"], facts["lost_count"]) == (0, 0)
    assert facts["totals"]["before"] == facts["totals"]["after"]


def test_another_policy_shows_who_gains_and_who_loses():
    before, after = (solved_under(past(), p) for p in (DEFAULT_POLICY, URGENT_LESS))

    facts = compared([(past(), before, after)])

    assert [row["need"] for row in facts["gained"]] == ["NC-2"]
    assert [row["need"] for row in facts["lost"]] == ["NC-1"]
    groups = {row["id"]: (row["before"], row["after"]) for row in facts["safe_groups"]}
    assert groups == {"near-poor": (1, 0), "poor": (0, 1)}
    assert facts["totals"]["after"]["units"] == 1


def test_a_floor_is_compared_by_the_least_coverage_and_by_what_it_costs():
    floor = replace(DEFAULT_POLICY, floor_brackets=2)
    before, after = (solved_under(unequal(), policy) for policy in (DEFAULT_POLICY, floor))

    totals = compared([(unequal(), before, after)])["totals"]

    assert (totals["before"]["least"], totals["after"]["least"]) == (0.0, 0.2)
    assert totals["before"]["floor_price"] == 0
    assert 0 < totals["after"]["floor_price"] < 1


@pytest.mark.parametrize("seed", range(40))
def test_evenness_first_is_worth_what_the_evenest_of_all_plans_is(seed):
    problem = random_problem(seed, needs=4, pledges=3, most=2)

    evenest = evenest_value(network_of(problem))

    assert evenest == best_by_trying_all(problem, prefer=lambda v: (v[1], v[0]))[0]
    assert evenest <= solve(problem).values[0]
