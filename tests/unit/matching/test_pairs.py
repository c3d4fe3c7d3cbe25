from dataclasses import replace
from datetime import date

import pytest

from app.matching.rules.pairs import LineTerms, NeedTerms, Rule, broken_rules

LINE = LineTerms(
    kind_code="xe_lan",
    spec={"size": "M"},
    unit_value=3_000_000,
    wards=frozenset(),
    groups=frozenset(),
    programme_id=None,
    available_from=date(2026, 11, 1),
    available_to=date(2026, 12, 31),
)
NEED = NeedTerms(
    kind_code="xe_lan",
    spec={"size": "M"},
    project_cost=None,
    ward_code="00364",
    groups=frozenset({"poor"}),
    programme_id=None,
    starts_on=date(2026, 11, 10),
    deadline_on=date(2026, 12, 1),
)


def same(given, asked):
    return given == asked


def test_a_line_without_restrictions_may_serve_a_need_of_its_kind():
    assert broken_rules(LINE, NEED, same) == []


@pytest.mark.parametrize(
    ("rule", "line", "need"),
    [
        (Rule.KIND, {"kind_code": "qua_tet"}, {}),
        (Rule.SPEC, {}, {"spec": {"size": "XL"}}),
        (Rule.COST, {}, {"project_cost": 3_000_001}),
        (Rule.WARD, {"wards": frozenset({"00367"})}, {}),
        (Rule.GROUP, {"groups": frozenset({"child"})}, {}),
        (Rule.PROGRAMME, {"programme_id": "tet"}, {}),
        (Rule.WINDOW, {"available_from": date(2026, 12, 2)}, {}),
        (Rule.WINDOW, {}, {"starts_on": date(2027, 1, 1), "deadline_on": None}),
    ],
)
def test_each_single_rule_is_named_when_it_alone_stands_in_the_way(rule, line, need):
    assert broken_rules(replace(LINE, **line), replace(NEED, **need), same) == [rule]


def test_all_broken_rules_are_named_in_a_fixed_order():
    line = replace(LINE, groups=frozenset({"child"}), wards=frozenset({"00367"}))

    assert broken_rules(line, NEED, same) == [Rule.WARD, Rule.GROUP]


def test_a_need_without_a_deadline_waits_for_a_late_line():
    late = replace(LINE, available_from=date(2027, 6, 1), available_to=date(2027, 6, 30))

    assert broken_rules(late, replace(NEED, deadline_on=None), same) == []
