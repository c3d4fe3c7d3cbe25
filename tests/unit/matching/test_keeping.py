"""A pending plan that is kept tells its own reasons, not those of the plan that it stands for."""

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np

from app.catalogue.rules import fits
from app.matching import snapshot
from app.matching.encoding import encode
from app.matching.keeping import kept
from app.matching.rules.policy import DEFAULT_POLICY
from app.matching.solver.explain import explain_needs
from app.matching.solver.plan import network_of
from app.matching.solver.proof import prove
from app.matching.solving import problem_of, solve_kind
from tests.unit.matching.test_explaining import ON
from tests.unit.matching.test_snapshot import GIFTS, gift, gifts, seen

# Longer waits are points within the same tier.
WAITED = [ON - timedelta(days=30 * months) for months in range(4)]


def reasons(needs, lines, pending):
    found = snapshot.solve(replace(seen(needs, lines), pending=pending), DEFAULT_POLICY)
    why_not = {u.need_id: u.reason for u in found.unmatched if u.need_id}
    return {p.need_id: p.reason for p in found.proposals}, why_not


def test_who_would_be_served_anew_is_told_that_a_waiting_proposal_was_kept():
    waits, longer = gift(1), gift(2, waiting_since=WAITED[2])

    given, why_not = reasons([waits, longer], [gifts(1)], {("n1", "l1"): 1})

    assert given["n1"]["facts"]["kept"]
    assert why_not["n2"] == {"code": "pending-kept", "facts": {"tier": "D", "anew": 1}}


def test_who_would_lose_anew_too_is_told_no_order_that_was_not_kept_to():
    needs = [gift(1), gift(2, waiting_since=WAITED[2]), gift(3, waiting_since=WAITED[1])]

    _given, why_not = reasons(needs, [gifts(1)], {("n1", "l1"): 1})

    assert why_not["n2"]["facts"]["anew"] == 1
    assert why_not["n3"] == {"code": "pending-kept", "facts": {"tier": "D", "anew": 0}}


def test_a_kept_plan_that_is_the_best_one_reads_as_the_best_one():
    needs, lines = [gift(1, waiting_since=WAITED[2]), gift(2)], [gifts(1)]

    assert reasons(needs, lines, {("n1", "l1"): 1}) == reasons(needs, lines, {})


def test_a_need_that_got_more_than_it_would_anew_compares_its_next_unit():
    needs = [gift(1, units=3), gift(2, units=3)]
    anew, _ = reasons(needs, [gifts(3)], {})
    turned = {("n1", "l1"): 1, ("n2", "l1"): 2}

    _given, why_not = reasons(needs, [gifts(3)], turned)

    assert set(anew) == {"n1", "n2"}
    assert why_not["n1"]["code"] == "pending-kept"
    assert why_not["n2"]["code"] == "earlier-units-first"


def test_values_and_cut_offs_are_those_of_the_rows_that_are_kept():
    turned = [is_told_of_its_own_rows(random.Random(seed)) for seed in range(30)]

    assert sum(turned) > 20


def is_told_of_its_own_rows(rng):
    """Hold the reasons of a kept plan against those of its proof; whether it is another plan."""
    needs = [
        gift(n, units=rng.randint(1, 3), urgency=rng.randint(0, 2), group_id=f"g{n % 3}")
        for n in range(10, 30)
    ]
    past = seen(needs, [gifts(rng.randint(2, 6), n) for n in range(10, 14)])
    kind = encode(past, GIFTS, DEFAULT_POLICY, fits)
    best = solve_kind(kind, DEFAULT_POLICY)

    plan = kept(kind, best, as_good(past), DEFAULT_POLICY)

    problem = problem_of(kind, DEFAULT_POLICY)
    rows, network = (plan.line, plan.need, plan.units), network_of(problem)
    expected = explain_needs(problem, network, rows, prove(problem, network, rows).prices)
    assert plan.levels == best.levels
    for name in ("units", "own_value", "cutoff", "cutoff_tier"):
        assert np.array_equal(getattr(plan.need_reasons, name), getattr(expected, name)), name
    return not np.array_equal(plan.anew.units, plan.need_reasons.units)


def as_good(past):
    """Another best plan of the same past as pending pairs: of equals the last id comes first."""
    turned = [need._replace(id=back(need.id)) for need in past.needs]
    found = snapshot.solve(seen(turned, list(past.lines)), DEFAULT_POLICY)
    return {(back(p.need_id), p.line_id): p.units for p in found.proposals}


def back(need_id):
    return f"n{40 - int(need_id[1:])}"
