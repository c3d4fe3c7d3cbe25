"""From rows to what a run stores: the real solver, on small cases."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.matching import snapshot
from app.matching.figures import price_of
from app.matching.packing import document_of
from app.matching.rules.policy import DEFAULT_POLICY, KindRule
from app.matching.rules.snapshot import FreeLine, Kind, OpenNeed, Snapshot
from app.matching.rules.table import Table
from tests.unit.matching.test_explaining import LINE, ON, other

GIFTS = Kind("qua_tet", "units", {}, KindRule(60, one_per_household=True))
CHAIRS = Kind("xe_lan", "item", {"size": "same"}, KindRule(0, one_per_household=True))


def seen(needs, lines):
    kinds = {kind.code: kind for kind in (GIFTS, CHAIRS)}
    return Snapshot(
        ON, Table.of(OpenNeed, needs), Table.of(FreeLine, lines), kinds, {"00364": "01"}
    )


def gift(number, **changes):
    return other(number, kind_code="qua_tet", spec={}, **changes)


def gifts(units, number=1, **changes):
    return LINE._replace(id=f"l{number}", kind_code="qua_tet", spec={}, units=units, **changes)


def test_the_neediest_come_first_and_the_rest_read_why_not():
    needs = [gift(n, urgency=n % 3) for n in range(1, 7)]

    result = snapshot.solve(seen(needs, [gifts(4)]), DEFAULT_POLICY)

    assert result.certified
    assert [p.rank for p in result.proposals] == [1, 2, 3, 4]
    assert {p.need_id for p in result.proposals} == {"n2", "n5", "n1", "n4"}
    assert {u.need_id for u in result.unmatched} == {"n3", "n6"}


def test_no_line_and_no_need_is_used_beyond_its_units():
    rng = random.Random(7)
    needs = [gift(n, units=rng.randint(1, 3), urgency=rng.randint(0, 3)) for n in range(60)]
    lines = [gifts(rng.randint(1, 9), n) for n in range(12)]

    result = snapshot.solve(seen(needs, lines), DEFAULT_POLICY)

    for side, rows in (("need_id", needs), ("line_id", lines)):
        most = {row.id: row.units for row in rows}
        for row_id, units in most.items():
            used = sum(p.units for p in result.proposals if getattr(p, side) == row_id)
            assert used <= units
    offered = sum(line.units for line in lines)
    assert sum(p.units for p in result.proposals) == min(offered, sum(n.units for n in needs))


def test_every_unit_that_is_not_given_has_a_reason():
    needs = [gift(n, units=2) for n in range(9)]

    result = snapshot.solve(seen(needs, [gifts(5)]), DEFAULT_POLICY)

    left = sum(u.units for u in result.unmatched if u.need_id)
    assert left == 18 - 5
    assert all(u.reason["code"] for u in result.unmatched)


@pytest.mark.parametrize("floor", [0, 3])
def test_the_order_of_rows_changes_nothing(floor):
    policy = replace(DEFAULT_POLICY, floor_brackets=floor)
    needs = [gift(n, urgency=n % 4, group_id=f"g{n % 3}") for n in range(30)]
    lines = [gifts(n % 4 + 1, n) for n in range(8)]
    there = snapshot.solve(seen(needs, lines), policy)

    back = snapshot.solve(seen(needs[::-1], lines[::-1]), policy)

    assert back.digest == there.digest
    assert back.proposals == there.proposals
    assert back.unmatched == there.unmatched


def test_another_policy_or_row_gives_another_digest():
    plain = seen([gift(1)], [gifts(1)])
    several = (
        (plain, DEFAULT_POLICY),
        (plain, replace(DEFAULT_POLICY, urgency_points=7)),
        (seen([gift(1, units=2)], [gifts(1)]), DEFAULT_POLICY),
        (replace(plain, on=ON + timedelta(days=1)), DEFAULT_POLICY),
    )
    digests = {snapshot.digest_of(document_of(one), policy) for one, policy in several}

    assert len(digests) == 4


def test_of_two_claims_of_a_household_the_needier_stands():
    twin = gift(2, household_id="h1", urgency=3)

    result = snapshot.solve(seen([gift(1), twin], [gifts(5)]), DEFAULT_POLICY)

    assert [p.need_id for p in result.proposals] == ["n2"]
    reasons = {u.need_id: u.reason for u in result.unmatched if u.need_id}
    assert reasons == {"n1": {"code": "duplicate-claim", "facts": {"of": "NC-2"}}}


def test_of_two_wheelchairs_a_household_gets_one():
    chairs = [other(1), other(2, household_id="h1")]

    result = snapshot.solve(seen(chairs, [LINE._replace(units=2)]), DEFAULT_POLICY)

    assert len(result.proposals) == 1
    assert {u.reason["code"] for u in result.unmatched} == {"household-served", "all-needs-met"}


def test_a_barred_need_is_told_its_bar_and_gets_nothing():
    result = snapshot.solve(seen([gift(1, bar="given-recently")], [gifts(1)]), DEFAULT_POLICY)

    assert not result.proposals
    codes = {u.reason["code"] for u in result.unmatched}
    assert codes == {"given-recently", "needs-barred"}


def test_a_line_that_comes_too_late_is_not_proposed():
    in_time = gift(1, deadline_on=date(2026, 12, 1))
    late = gifts(1, available_from=date(2026, 12, 2))

    result = snapshot.solve(seen([in_time], [late]), DEFAULT_POLICY)

    assert not result.proposals
    reason = next(u.reason for u in result.unmatched if u.need_id)
    assert reason == {"code": "no-line-fits", "facts": {"by_rule": {"window": 1}}}


def test_residential_groups_are_served_alike_where_need_is_alike():
    needs = [gift(n, group_id=f"g{n % 4}") for n in range(40)]

    result = snapshot.solve(seen(needs, [gifts(20)]), DEFAULT_POLICY)

    proposed = [row["proposed"] for row in result.figures["areas"]]
    assert proposed == [5, 5, 5, 5]
    assert result.figures["fairness"] == {"least": 0.5, "gini": 0.0}


def test_the_figures_add_up():
    needs = [gift(1), gift(2, bar="given-recently"), other(3)]

    figures = snapshot.solve(seen(needs, [gifts(9)]), DEFAULT_POLICY).figures

    assert (figures["asked"], figures["offered"], figures["proposed"]) == (3, 9, 1)
    assert (figures["barred"], figures["households"]) == (1, 1)


def test_pending_pairs_stay_where_a_new_plan_would_be_no_better():
    needs = [gift(n) for n in (1, 2, 3)]
    pending = {("n3", "l1"): 1}

    result = snapshot.solve(replace(seen(needs, [gifts(1)]), pending=pending), DEFAULT_POLICY)

    assert [p.need_id for p in result.proposals] == ["n3"]
    assert {u.need_id for u in result.unmatched} == {"n1", "n2"}


def test_pending_pairs_move_for_a_needier_claim():
    needs = [gift(1), gift(2, groups=("poor", "disability"))]
    pending = {("n1", "l1"): 1}

    result = snapshot.solve(replace(seen(needs, [gifts(1)]), pending=pending), DEFAULT_POLICY)

    assert [p.need_id for p in result.proposals] == ["n2"]


def test_a_declined_pair_is_not_proposed_again():
    needs = [gift(1, urgency=3), gift(2)]
    turned_down = frozenset({("n1", "l1")})

    result = snapshot.solve(replace(seen(needs, [gifts(2)]), declined=turned_down), DEFAULT_POLICY)

    assert [p.need_id for p in result.proposals] == ["n2"]


def test_kept_pairs_are_worth_what_the_solver_says():
    rng = random.Random(11)
    needs = [gift(n, units=rng.randint(1, 4), group_id=f"g{n % 5}") for n in range(40)]
    lines = [gifts(rng.randint(1, 9), n) for n in range(9)]
    best = snapshot.solve(seen(needs, lines), DEFAULT_POLICY)
    pending = {(p.need_id, p.line_id): p.units for p in best.proposals}

    again = snapshot.solve(replace(seen(needs, lines), pending=pending), DEFAULT_POLICY)

    assert again.proposals == best.proposals
    kinds = again.figures["kinds"], best.figures["kinds"]
    assert kinds[0]["qua_tet"]["levels"] == kinds[1]["qua_tet"]["levels"]


def unequal():
    """Two residential groups, the one needier; its floor is two of ten brackets."""
    needier = {"groups": ("poor", "disability", "lonely-elderly")}
    here = [gift(n, group_id="a", **needier) for n in range(1, 11)]
    return seen([*here, *(gift(n, group_id="b") for n in range(11, 21))], [gifts(8)])


def test_a_run_under_a_floor_says_what_it_brings_and_what_it_costs():
    past, policy = unequal(), replace(DEFAULT_POLICY, floor_brackets=2)
    result = snapshot.solve(past, policy)

    price = price_of(
        [result.figures],
        snapshot.evenest_of(past, policy),
        policy,
        snapshot.without_floor(past, policy),
    )

    assert result.figures["kinds"]["qua_tet"]["floor"] == 4
    assert (result.figures["fairness"]["least"], price["least_unfloored"]) == (0.2, 0.0)
    assert result.figures["fairness"]["gini"] < price["gini_unfloored"]
    assert price["unfloored"] - price["best"] == 2 * (price["first"] - 8)
    codes = {u.reason["code"] for u in result.unmatched}
    assert codes == {"group-below-floor", "by-order"}


def test_without_a_floor_the_figures_and_the_digest_say_nothing_of_one():
    past = unequal()

    figures = snapshot.solve(past, DEFAULT_POLICY).figures

    assert "floor" not in figures["kinds"]["qua_tet"]
    assert snapshot.without_floor(past, DEFAULT_POLICY) == []


def test_what_waits_for_a_decision_is_kept_only_if_it_is_as_good_on_the_floor():
    past, policy = unequal(), replace(DEFAULT_POLICY, floor_brackets=2)
    plain, floored = (snapshot.solve(past, p) for p in (DEFAULT_POLICY, policy))
    pairs = [
        {(p.need_id, p.line_id): p.units for p in found.proposals} for found in (plain, floored)
    ]

    again = [snapshot.solve(replace(past, pending=waits), policy).proposals for waits in pairs]

    assert plain.proposals != floored.proposals
    assert again == [floored.proposals, floored.proposals]


def test_a_pending_plan_under_a_floor_is_kept_where_it_is_as_good():
    past, policy = unequal(), replace(DEFAULT_POLICY, floor_brackets=2)
    best = snapshot.solve(past, policy)
    # Another of the same group, later by id, is as good.
    turned = {("n9" if p.need_id == "n1" else p.need_id): p.units for p in best.proposals}

    again = snapshot.solve(
        replace(past, pending={(need, "l1"): units for need, units in turned.items()}), policy
    )

    assert {p.need_id for p in again.proposals} == set(turned)


def test_a_run_says_what_even_shares_would_cost_the_neediest():
    urgent = [gift(n, urgency=3, group_id="a") for n in range(1, 5)]
    others = [gift(n, urgency=0, group_id="b") for n in range(5, 9)]

    past = seen([*urgent, *others], [gifts(4)])
    result = snapshot.solve(past, DEFAULT_POLICY)

    evenest = snapshot.evenest_of(past, DEFAULT_POLICY)

    price = price_of([result.figures], evenest, DEFAULT_POLICY)
    assert price["best"] > price["evenest"] > 0
    first = DEFAULT_POLICY.tier_weights[0] * DEFAULT_POLICY.step_weights[0]
    assert price["first"] == first
