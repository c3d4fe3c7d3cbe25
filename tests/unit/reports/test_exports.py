"""A report as a table: sums that mean something, and a paper that can be signed."""

from dataclasses import replace
from datetime import date

import pytest

from app.reports.exports import figures_paper, figures_sheet
from app.reports.rules import Amount, Dimension, Line, Measure, Question

WARDS = {"00364": "Phường Khương Đình"}
QUESTION = Question(date(2026, 1, 1), date(2026, 11, 23), ("00364",), Dimension.KIND)


@pytest.fixture
def lines():
    """Gifts and wheelchairs, the same at each stage."""
    given = {"qua-tet": ("Quà Tết", Amount(40, 20_000_000)), "xe-lan": ("Xe lăn", Amount(2, 7))}
    return [
        Line(key, label, dict.fromkeys(Measure, amount)) for key, (label, amount) in given.items()
    ]


def test_units_of_several_kinds_are_not_added_up(lines):
    assert figures_sheet(QUESTION, lines, []).rows[-1] == ["Tổng cộng", *[None, 20_000_007] * 3]


def test_units_of_one_kind_are_added_up(lines):
    one = replace(QUESTION, kind="qua-tet", dimension=Dimension.MONTH)

    assert figures_sheet(one, lines[:1], []).rows[-1] == ["Tổng cộng", *[40, 20_000_000] * 3]


@pytest.mark.parametrize("wards", [WARDS, {**WARDS, "00367": "Phường Thử"}])
def test_a_paper_is_the_same_bytes_for_the_same_figures(lines, wards):
    sheet = figures_sheet(QUESTION, lines, [("Báo cáo", "#eval(1) *không* chạy")])

    paper = figures_paper(sheet, wards, on=date(2026, 11, 23))

    assert paper.startswith(b"%PDF-")
    assert paper == figures_paper(sheet, wards, on=date(2026, 11, 23))
