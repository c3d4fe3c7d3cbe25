"""One past under two policies: packed, replayed, and who would gain or lose."""

from dataclasses import replace
from datetime import date

from app.matching.comparing import compared, solved_under
from app.matching.packing import document_of, packed, unpacked
from app.matching.rules.policy import DEFAULT_POLICY
from app.matching.solver import solve
from app.matching.solver.price import price_of_fairness
from tests.unit.matching.problems import random_problem
from tests.unit.matching.test_snapshot import gift, gifts, seen

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


def test_evenness_first_never_helps_the_neediest_more():
    for number in range(40):
        problem = random_problem(number)

        price = price_of_fairness(problem)

        assert price.best == solve(problem).values[0]
        assert price.evenest <= price.best
