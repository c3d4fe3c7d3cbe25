"""Periods, sums, and what the public may not be able to work out."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.reports.rules import (
    Amount,
    Handed,
    HandedMonth,
    Line,
    Measure,
    issue_of,
    publishable,
    quarter_of,
    shown_pledged,
    total_of,
)


def test_a_quarter_covers_its_three_months():
    assert quarter_of(date(2026, 11, 23)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_of(date(2025, 1, 1)) == (date(2025, 1, 1), date(2025, 3, 31))


def test_stages_are_summed_apart():
    lines = [
        Line("a", "A", {Measure.PLEDGED: Amount(2, 20), Measure.RECEIVED: Amount(1, 10)}),
        Line("b", "B", {Measure.PLEDGED: Amount(3, 30)}),
    ]

    total = total_of(lines)

    assert total[Measure.PLEDGED] == Amount(5, 50)
    assert total[Measure.RECEIVED] == Amount(1, 10)
    assert total[Measure.HANDED_OVER] == Amount(0, 0)


TET, CHAIR = "qua_tet", "xe_lan"


def month(*homes, units=10, settled=None):
    few = tuple(homes) if len(homes) < 10 else ()
    return HandedMonth(len(homes), few, len(homes) if settled is None else settled, units, units)


def test_months_of_few_households_wait_until_they_are_five():
    few = [month("a", "b"), month("b", "c", settled=1), month("d", "e")]

    assert publishable(few[:2], TET).units is None
    assert publishable(few, TET).units == 30


def test_the_same_household_month_after_month_is_one():
    assert publishable([month("a")] * 12, TET).units is None


def test_what_waits_changes_nothing_that_is_told():
    told = publishable([month(*"abcde")], TET)

    assert publishable([month(*"abcde"), month("f"), month("g")], TET) == told


def test_what_came_back_until_few_hold_something_is_withheld():
    assert publishable([month(*"abcde"), month(*"abcde", units=-8, settled=-4)], TET).dong is None


def test_what_tells_of_disability_waits_until_ten_households():
    nine, tenth = month(*"abcdefghi"), month("j")

    assert publishable([nine], CHAIR).units is None
    assert publishable([nine], TET).units == 10
    assert publishable([nine, month("a", settled=0)], CHAIR).units is None
    assert publishable([nine, tenth], CHAIR).units == 20


def test_nothing_handed_over_is_told_as_nothing():
    assert publishable([], TET) == Handed(0, 0, 0)


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True), max_size=9))
def test_no_two_issues_differ_by_fewer_than_five_households(homes):
    months = [month(*some, units=1 + 2**turn) for turn, some in enumerate(homes)]
    issues = [publishable(months[:turn], TET) for turn in range(len(months) + 1)]

    since, told = 0, 0
    for turn, issue in enumerate(issues):
        if issue.units not in {None, told}:
            assert len({home for some in homes[since:turn] for home in some}) >= 5
            since, told = turn, issue.units


def test_few_units_promised_are_withheld():
    assert [shown_pledged(units) for units in (0, 4, 5)] == [0, None, 5]


def test_an_issue_counts_what_was_before_its_month():
    assert issue_of(date(2026, 11, 23)) == date(2026, 11, 1)
