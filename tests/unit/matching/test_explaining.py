"""Reasons of the best plan: each code from the smallest case in which it is the truth."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from app.matching.encoding import encode
from app.matching.explaining import Explanation
from app.matching.rules.policy import DEFAULT_POLICY, KindRule
from app.matching.rules.snapshot import FreeLine, Kind, OpenNeed, Snapshot
from app.matching.rules.table import Table
from app.matching.solving import solve_kind

ON = date(2026, 11, 23)
KIND = Kind("xe_lan", "item", {"size": "same"}, KindRule(0, one_per_household=True))
PROVINCES = dict.fromkeys(("00364", "00400", "00500", "00600"), "01")
NEED = OpenNeed(
    id="n1",
    code="NC-1",
    ward_code="00364",
    group_id="g1",
    household_id="h1",
    member_id=None,
    kind_code="xe_lan",
    spec={"size": "M"},
    units=1,
    cost_dong=0,
    urgency=0,
    starts_on=ON,
    deadline_on=None,
    programme_id=None,
    once_in_programme=False,
    groups=("poor",),
    waiting_since=ON,
)
LINE = FreeLine(
    id="l1",
    pledge_id="p1",
    pledge_code="CK-1",
    ward_code="00364",
    kind_code="xe_lan",
    spec={"size": "M"},
    units=1,
    unit_value=0,
    wards=(),
    groups=(),
    programme_id=None,
    available_from=ON,
    available_to=date(2026, 12, 31),
)


def same_size(fit, offered, needed):
    return offered.get("size") == needed.get("size")


def explained(needs, lines, kind=KIND, policy=DEFAULT_POLICY, declined=()):
    seen = Snapshot(
        ON,
        Table.of(OpenNeed, needs),
        Table.of(FreeLine, lines),
        {kind.code: kind},
        PROVINCES,
        declined=frozenset(declined),
    )
    encoded = encode(seen, kind, policy, same_size)
    return Reasons(encoded, solve_kind(encoded, policy))


class Reasons(Explanation):
    """One reason at a time."""

    def of_pair(self, place):
        return self.of_pairs()[place]

    def of_need(self, row):
        return self.of_needs(np.array([row]))[0]

    def of_line(self, row):
        return self.of_lines(np.array([row]))[0]


def other(number, **changes):
    names = {"id": f"n{number}", "code": f"NC-{number}", "household_id": f"h{number}"}
    return NEED._replace(**(names | changes))


def test_a_served_need_tells_its_tier_with_all_that_made_it():
    why = explained([NEED._replace(urgency=2)], [LINE])

    reason = why.of_pair(0)

    assert reason["code"] == "served"
    facts = {"tier": "C", "groups": ["poor"], "urgency": 2, "composite": 62, "step": 0, "level": 1}
    assert facts.items() <= reason["facts"].items()


def test_without_any_line_nothing_is_offered():
    assert explained([NEED], []).of_need(0)["code"] == "nothing-offered"


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("spec", {"spec": {"size": "XL"}}),
        ("group", {"groups": ("child",)}),
        ("programme", {"programme_id": "tet"}),
        ("window", {"available_from": ON, "available_to": ON}),
    ],
)
def test_the_single_rule_that_stands_in_the_way_is_named_with_its_units(rule, change):
    late = NEED._replace(starts_on=date(2026, 11, 24)) if rule == "window" else NEED
    line = LINE._replace(units=7, **change)

    why = explained([late], [line])

    expected = {"code": "no-line-fits", "facts": {"by_rule": {rule: 7}}}
    assert why.of_need(0) == expected
    assert why.of_line(0) == {"code": "no-need-fits", "facts": {"by_rule": {rule: 1}}}


def test_a_needier_claim_is_named_by_its_tier():
    needier = other(2, groups=("poor", "disability", "lonely-elderly"))

    why = explained([NEED, needier], [LINE])

    assert why.of_need(0) == {"code": "needier-took-it", "facts": {"tier": "D", "cutoff": "A"}}


def test_later_units_give_way_to_first_ones():
    kind = replace(KIND, model="units", rule=KindRule(0, one_per_household=False))
    wants_two = NEED._replace(units=2)

    why = explained([wants_two, other(2)], [LINE._replace(units=2)], kind)

    assert why.of_need(0)["code"] == "earlier-units-first"


def test_units_that_a_need_was_given_before_make_its_next_one_a_later_one():
    kind = replace(KIND, model="units", rule=KindRule(0, one_per_household=False))
    has_one, has_none = NEED._replace(units=2, had=1), other(2)

    why = explained([has_one, has_none], [LINE], kind)

    assert why.served.tolist() == [0, 1]
    assert why.of_need(0)["code"] == "earlier-units-first"
    assert explained([has_one], [LINE], kind).of_pair(0)["facts"]["step"] == 1


def test_a_second_claim_of_a_served_household_points_to_the_first():
    twin = other(2, household_id="h1")

    why = explained([NEED, twin], [LINE._replace(units=2)])

    assert why.of_need(1) == {"code": "household-served", "facts": {"of": "NC-1"}}


def test_within_a_tier_the_longer_wait_decides():
    waited = other(2, waiting_since=date(2026, 9, 1))

    why = explained([NEED, waited], [LINE])

    assert why.of_need(0)["code"] == "lower-in-tier"


def test_within_a_tier_a_residential_group_that_has_its_share_gives_way():
    kind = replace(KIND, model="units", rule=KindRule(0, one_per_household=False))
    here = [NEED._replace(urgency=3), other(2)]
    there = [other(n, group_id="g2") for n in (3, 4, 5)]

    why = explained([*here, *there], [LINE._replace(units=2)], kind)

    assert why.served.tolist() == [1, 0, 1, 0, 0]
    assert why.of_need(1)["code"] == "group-has-its-share"


def test_a_household_that_only_the_order_of_ids_left_out_is_told_so():
    why = explained([NEED, other(2)], [LINE])

    assert why.of_need(1) == {"code": "by-order", "facts": {"tier": "D", "cutoff": "D"}}


def test_who_is_nearer_comes_first_where_all_else_is_equal():
    kind = replace(KIND, model="units", rule=KindRule(0, one_per_household=False))
    lines = [LINE, LINE._replace(id="l2", ward_code="00400")]
    away = other(2, ward_code="00500", group_id=None)
    here, near = other(1, group_id=None), other(3, ward_code="00400", group_id=None)

    why = explained([here, away, near], lines, kind)

    assert why.served.tolist() == [1, 0, 1]
    assert why.of_need(1)["code"] == "farther"


def test_units_that_are_left_say_that_every_need_has_enough():
    why = explained([NEED], [LINE._replace(units=3)])

    assert why.of_line(0) == {"code": "all-needs-met", "facts": {}}


@pytest.mark.parametrize(
    ("rule", "there", "line"),
    [
        ("group", {"groups": ("near-poor",)}, {"groups": ("poor",)}),
        ("programme", {"programme_id": "he"}, {"programme_id": "tet"}),
        ("window", {"starts_on": date(2027, 3, 1)}, {}),
        ("spec", {"spec": {"size": "XL"}}, {}),
        ("ward", {"ward_code": "00400"}, {"wards": ("00364",)}),
    ],
)
def test_units_that_are_left_name_the_rule_that_keeps_them_from_needs_still_open(rule, there, line):
    served = NEED._replace(programme_id=line.get("programme_id"))
    waiting = [other(n, **there) for n in (2, 3)]

    why = explained([served, *waiting], [LINE._replace(units=9, **line)])

    assert why.served.tolist() == [1, 0, 0]
    assert why.of_line(0) == {"code": "all-needs-met", "facts": {"by_rule": {rule: 2}}}


@pytest.mark.parametrize("wards", [("00364", "00500"), ("00364", "00600")])
def test_of_a_line_meant_for_several_wards_the_ward_is_the_rule_and_not_the_specification(wards):
    there = {"spec": {"size": "M"}, "ward_code": "00400"}
    needs = [NEED, other(2, **there), other(3, ward_code="00500"), other(4, ward_code="00600")]

    why = explained(needs, [LINE._replace(units=9, wards=wards)])

    assert why.of_line(0) == {"code": "all-needs-met", "facts": {"by_rule": {"ward": 2}}}
    assert why.of_need(1) == {"code": "no-line-fits", "facts": {"by_rule": {"ward": 9}}}


def test_of_a_pair_that_people_turned_down_no_rule_is_blamed():
    why = explained([NEED, other(2)], [LINE._replace(units=9)], declined={("n2", "l1")})

    assert why.served.tolist() == [1, 0]
    assert why.of_line(0) == {"code": "all-needs-met", "facts": {}}
    assert why.of_need(1) == {"code": "no-line-fits", "facts": {"by_rule": {}}}


def test_what_a_served_household_asks_beside_is_not_still_open():
    twin = other(2, household_id="h1", spec={"size": "XL"})

    why = explained([NEED, twin], [LINE._replace(units=2)])

    assert why.of_line(0) == {"code": "all-needs-met", "facts": {}}


def test_a_need_that_gives_way_to_a_group_below_its_floor_says_so():
    kind = replace(KIND, model="units", rule=KindRule(0, one_per_household=False))
    needier = {"groups": ("poor", "disability", "lonely-elderly")}
    here = [other(n, **needier) for n in (2, 3)]
    needs = [*here, NEED._replace(group_id="g2")]
    floor = replace(DEFAULT_POLICY, brackets=2, floor_brackets=1)

    plain = explained(needs, [LINE._replace(units=2)], kind)
    why = explained(needs, [LINE._replace(units=2)], kind, floor)

    assert (plain.served.tolist(), why.served.tolist()) == ([1, 1, 0], [1, 0, 1])
    assert why.of_need(1) == {"code": "group-below-floor", "facts": {"tier": "A", "cutoff": "D"}}
    assert all(why.of_pair(place)["facts"]["within_floor"] for place in (0, 1))
    assert all("within_floor" not in plain.of_pair(place)["facts"] for place in (0, 1))


def test_what_comes_beyond_the_floor_is_not_said_to_come_by_it():
    kind = replace(KIND, model="units", rule=KindRule(0, one_per_household=False))
    floor = replace(DEFAULT_POLICY, brackets=2, floor_brackets=1)
    needs = [NEED, other(2), other(3, group_id="g2")]

    why = explained(needs, [LINE._replace(units=3)], kind, floor)

    told = [pair["facts"].get("within_floor", False) for pair in why.of_pairs()]
    assert told == [False, False, True]


def test_a_line_for_which_nobody_asks_says_so():
    assert explained([], [LINE]).of_line(0)["code"] == "nobody-needs"


def test_a_project_is_served_only_by_what_pays_it_whole():
    kind = replace(KIND, model="project")
    need, line = NEED._replace(cost_dong=80_000_000), LINE._replace(unit_value=60_000_000)

    assert explained([need], [line], kind).of_need(0)["code"] == "no-line-fits"
