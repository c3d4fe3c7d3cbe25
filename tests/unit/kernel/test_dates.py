"""Dates of birth in the shapes that lists hold, and none that the calendar lacks."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.dates import BirthDoubt, read_birth

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("05/03/1948", date(1948, 3, 5)),
        ("5-3-1948", date(1948, 3, 5)),
        ("5.3.1948", date(1948, 3, 5)),
        ("1948-03-05", date(1948, 3, 5)),
        ("1948-03-05T00:00:00", date(1948, 3, 5)),
        ("ngày 5 tháng 3 năm 1948", date(1948, 3, 5)),
        (date(1948, 3, 5), date(1948, 3, 5)),
        (datetime(1948, 3, 5, 7, 30), date(1948, 3, 5)),  # noqa: DTZ001 - as a sheet gives it.
    ],
)
def test_five_shapes_are_one_day(typed, on):
    birth = read_birth(typed, TODAY)

    assert (birth.on, birth.doubt) == (on, None)


@pytest.mark.parametrize(
    ("typed", "year", "on", "doubt"),
    [
        ("1948", 1948, None, BirthDoubt.YEAR_ONLY),
        (1948.0, 1948, None, BirthDoubt.YEAR_ONLY),
        ("03/1948", 1948, None, BirthDoubt.YEAR_ONLY),
        ("5/3/48", 1948, date(1948, 3, 5), BirthDoubt.SHORT_YEAR),
        ("5/3/15", 2015, date(2015, 3, 5), BirthDoubt.SHORT_YEAR),
        ("3/25/1948", 1948, date(1948, 3, 25), BirthDoubt.MONTH_FIRST),
        (17_597.0, 1948, date(1948, 3, 5), BirthDoubt.SERIAL),
    ],
)
def test_what_is_doubtful_is_read_with_its_doubt(typed, year, on, doubt):
    birth = read_birth(typed, TODAY)

    assert (birth.year, birth.on, birth.doubt) == (year, on, doubt)


@pytest.mark.parametrize(
    ("typed", "doubt"),
    [
        ("31/02/1950", BirthDoubt.IMPOSSIBLE),
        ("29/02/1951", BirthDoubt.IMPOSSIBLE),
        ("00/1950", BirthDoubt.IMPOSSIBLE),
        ("13/13/1950", BirthDoubt.IMPOSSIBLE),
        ("24/11/2026", BirthDoubt.FUTURE),
        ("2569", BirthDoubt.FUTURE),
        ("1/1/1890", BirthDoubt.TOO_OLD),
        ("không rõ", BirthDoubt.UNREADABLE),
        (0.5, BirthDoubt.UNREADABLE),
        (1e30, BirthDoubt.UNREADABLE),
    ],
)
def test_nobody_is_born_on_a_day_that_cannot_be(typed, doubt):
    birth = read_birth(typed, TODAY)

    assert birth.is_refused
    assert birth.doubt is doubt


@given(st.dates(min_value=date(1930, 1, 1), max_value=TODAY), st.sampled_from("/-. "))
def test_every_day_written_day_first_is_read_back(day, sign):
    sign = sign if sign != " " else " / "

    birth = read_birth(f"{day.day}{sign}{day.month}{sign}{day.year}", TODAY)

    assert birth.on == day


@given(st.text(max_size=40))
def test_no_text_makes_the_reader_fail(text):
    birth = read_birth(text, TODAY)

    assert birth.on is None or birth.on.year == birth.year
