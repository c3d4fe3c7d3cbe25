"""Periods, sums, and what the public may not be able to work out."""

from datetime import date

from app.reports.rules import (
    Amount,
    Line,
    Measure,
    PublicLine,
    hide_small,
    quarter_of,
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


def _line(key, handed, dong):
    return PublicLine(key, key, handed * 2 or 10, handed, dong)


def test_counts_below_five_are_not_published():
    shown = hide_small([_line("a", 3, 300), _line("b", 2, 200), _line("c", 50, 5000)])

    assert [line.handed_over for line in shown] == [None, None, 50]


def test_a_single_hidden_row_takes_another_with_it():
    shown = hide_small([_line("a", 3, 300), _line("b", 20, 2000), _line("c", 50, 5000)])

    hidden = [line.key for line in shown if line.dong is None]
    assert hidden == ["a", "b"]


def test_many_units_of_few_handovers_are_not_published():
    shown = hide_small([PublicLine("a", "a", 90, 60, 600, 4), PublicLine("b", "b", 90, 60, 600, 5)])

    assert [line.handed_over for line in shown] == [None, None]


def test_nothing_is_hidden_when_all_counts_are_large():
    lines = [_line("a", 30, 300), _line("b", 20, 2000)]

    assert hide_small(lines) == lines


def test_a_large_promise_is_published_though_few_of_it_were_handed_over():
    shown = hide_small([PublicLine("a", "a", 42, 3, 300), PublicLine("b", "b", 4, 0, 0)])

    assert [(line.pledged, line.handed_over) for line in shown] == [(42, None), (None, 0)]
