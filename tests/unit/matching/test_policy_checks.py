"""Policies that contradict themselves are refused, each at its number."""

from dataclasses import replace
from datetime import date

import pytest

from app.matching.rules.policy import DEFAULT_POLICY, KindRule
from app.matching.rules.policy_checks import faults_in
from app.matching.rules.policy_versions import PolicyState, states_of

DAY = date(2026, 3, 1)


def test_the_default_policy_does_not_contradict_itself():
    assert faults_in(DEFAULT_POLICY) == []


@pytest.mark.parametrize(
    ("changes", "name", "code"),
    [
        ({"tier_from": (85, 85, 55, 40)}, "tier_from-1", "tiers-out-of-order"),
        ({"tier_from": (131, 70, 55, 40)}, "tier_from-0", "tier-out-of-reach"),
        ({"tier_from": (85, 70, 55, 0)}, "tier_from-3", "at-least-one"),
        ({"tier_weights": (16, 8, 9, 2, 1)}, "tier_weights-2", "weights-do-not-fall"),
        ({"tier_weights": (16, 8, 4, 2, 0)}, "tier_weights-4", "at-least-one"),
        ({"tier_weights": (10**12, 8, 4, 2, 1)}, "tier_weights-0", "weights-overflow"),
        ({"step_weights": (4, 4, 1)}, "step_weights-1", "weights-do-not-fall"),
        ({"brackets": 0}, "brackets", "out-of-range"),
        ({"floor_brackets": -1}, "floor_brackets", "not-negative"),
        ({"floor_brackets": 10}, "floor_brackets", "floor-is-everything"),
        ({"brackets": 3, "floor_brackets": 4}, "floor_brackets", "floor-is-everything"),
        ({"fund_percent": 101}, "fund_percent", "out-of-range"),
        ({"waiting_days": 0}, "waiting_days", "at-least-one"),
        ({"urgency_points": -1}, "urgency_points", "not-negative"),
        ({"group_points": {"poor": 101}}, "group_points-poor", "points-beyond-most"),
        ({"most_waiting_points": 5_000}, "most_group_points", "composite-too-large"),
        ({"kinds": {"xe_lan": KindRule(-1, True)}}, "repeat-xe_lan", "out-of-range"),
    ],
)
def test_a_contradiction_is_told_at_its_number(changes, name, code):
    faults = faults_in(replace(DEFAULT_POLICY, **changes))

    assert (name, code) in {(fault.name, fault.code) for fault in faults}


def test_the_approved_version_that_began_last_is_in_force():
    day_before, day_after = date(2026, 2, 1), date(2026, 4, 1)
    versions = [
        (1, True, day_before),
        (2, True, DAY),
        (3, True, DAY),
        (4, False, DAY),
        (5, True, day_after),
    ]

    states = states_of(versions, DAY)

    assert states == {
        1: PolicyState.OLDER,
        2: PolicyState.OLDER,
        3: PolicyState.IN_FORCE,
        4: PolicyState.DRAFT,
        5: PolicyState.COMING,
    }
