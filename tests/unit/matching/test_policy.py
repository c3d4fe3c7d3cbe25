import json
from dataclasses import replace

import pytest

from app.matching.rules.policy import DEFAULT_POLICY, KindRule, policy_from


def test_a_policy_survives_its_way_through_the_table():
    stored = json.loads(json.dumps({**DEFAULT_POLICY.as_json(), "kinds": {"xe_lan": RULE}}))

    read = policy_from(stored)

    assert read.kind_rule("xe_lan", KindRule(0, False)) == KindRule(365, True)
    assert read.as_json() | {"kinds": {}} == DEFAULT_POLICY.as_json()


def test_a_floor_survives_too_and_a_version_without_one_says_nothing_of_it():
    floored = replace(DEFAULT_POLICY, floor_brackets=2)

    read = policy_from(json.loads(json.dumps(floored.as_json())))

    assert read == floored
    assert "floor_brackets" not in DEFAULT_POLICY.as_json()
    assert policy_from(DEFAULT_POLICY.as_json()).floor_brackets == 0


RULE = {"repeat_after_days": 365, "one_per_household": True}


def test_a_kind_that_the_policy_does_not_name_follows_the_catalogue():
    of_catalogue = KindRule(90, one_per_household=False)

    assert DEFAULT_POLICY.kind_rule("qua_tet", of_catalogue) == of_catalogue


@pytest.mark.parametrize(
    ("composite", "tier"), [(85, 0), (84, 1), (70, 1), (55, 2), (40, 3), (39, 4), (0, 4)]
)
def test_the_composite_is_cut_into_five_tiers(composite, tier):
    assert DEFAULT_POLICY.tier(composite) == tier


def test_waiting_counts_by_whole_months_and_stops_at_its_most():
    points = [DEFAULT_POLICY.waiting_points(days) for days in (0, 29, 30, 359, 360, 5000)]

    assert points == [0, 0, 1, 11, 12, 12]


def test_group_points_add_up_once_each_and_are_capped():
    poor_twice = DEFAULT_POLICY.need_points(["poor", "poor"])
    everything = DEFAULT_POLICY.need_points(DEFAULT_POLICY.group_points)

    assert poor_twice == DEFAULT_POLICY.group_points["poor"]
    assert everything == DEFAULT_POLICY.most_group_points


def test_urgency_and_waiting_lift_a_need_above_an_equal_one():
    plain = DEFAULT_POLICY.composite(50, 0, 0)
    pressing = DEFAULT_POLICY.composite(50, 2, 65)

    assert pressing == plain + 2 * 6 + 2
