"""A ward's real-looking workbook, row by row against its known answer."""

import json
from datetime import date
from pathlib import Path

import pytest

from app.households.sheets import counts_of, read_list

DATA = Path(__file__).parents[2] / "data" / "households"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def rows():
    return read_list((DATA / "ward_list.xlsx").read_bytes(), "ward_list.xlsx", TODAY)


@pytest.fixture(scope="module")
def expected():
    return json.loads((DATA / "ward_list.expected.json").read_text(encoding="utf-8"))


def test_all_three_hundred_verdicts_are_the_known_ones(rows, expected):
    known = {(d["sheet"], d["row"]): d["verdict"] for d in expected["defects"]}

    wrong = [r for r in rows if r.verdict != known.get((r.sheet, r.row), "ok")]

    assert wrong == []
    assert len(rows) == 300
    assert counts_of(rows) == expected["counts"]


def test_every_row_that_is_not_taken_says_why(rows):
    assert all(row.reasons for row in rows if row.verdict != "ok")


def test_a_twin_names_the_row_it_repeats(rows):
    doubled = next(r for r in rows if r.row == 114)

    assert doubled.reasons[-1].code == "twin-same-person"
    assert dict(doubled.reasons[-1].facts)["row"] == 101
