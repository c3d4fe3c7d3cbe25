"""Programmes: the days of each year's drives, and where one stands on a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.programmes.rules import (
    TET,
    Phase,
    Theme,
    default_programmes,
    phase_of,
    refusal_for,
)

YEARS = sorted(TET)


def tet(year):
    return next(p for p in default_programmes(year) if p.theme == "tet")


def test_tet_of_2027_is_handed_out_before_the_27th_of_the_last_month():
    programme = tet(2027)

    assert TET[2027] == date(2027, 2, 6)
    assert (programme.handover_from, programme.handover_to) == (
        date(2027, 1, 22),
        date(2027, 2, 3),
    )


def test_tet_2030_follows_the_vietnamese_reckoning():
    assert TET[2030] == date(2030, 2, 2)


@pytest.mark.parametrize("year", YEARS)
def test_every_drive_of_every_year_may_be_opened(year):
    drives = default_programmes(year)

    assert [refusal_for(d) for d in drives] == [None] * len(drives)
    assert len({d.code for d in drives}) == len(drives)
    assert {d.theme for d in drives} <= {theme.value for theme in Theme}


def test_a_year_without_a_known_tet_is_refused():
    with pytest.raises(KeyError):
        default_programmes(2099)


@pytest.mark.parametrize(
    ("on", "phase"),
    [
        (date(2026, 11, 7), Phase.PLANNED),
        (date(2026, 11, 8), Phase.GATHERING),
        (date(2027, 1, 22), Phase.HANDING_OUT),
        (date(2027, 2, 4), Phase.GATHERING),
        (date(2027, 2, 5), Phase.GATHERING),
        (date(2027, 2, 6), Phase.OVER),
    ],
)
def test_a_programme_stands_by_its_dates(on, phase):
    assert phase_of(tet(2027), on) is phase


def test_a_closed_programme_is_closed_whatever_the_day():
    assert phase_of(tet(2027), date(2027, 1, 22), is_closed=True) is Phase.CLOSED


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends_on": date(2026, 1, 1)}, "programme-dates-out-of-order"),
        ({"handover_to": date(2027, 1, 1)}, "programme-dates-out-of-order"),
        ({"handover_from": date(2026, 1, 1)}, "programme-handover-outside"),
        ({"handover_to": date(2027, 3, 1)}, "programme-handover-outside"),
        ({"starts_on": TET[2027] - timedelta(days=800)}, "programme-too-long"),
        ({"kinds": ()}, "programme-without-kinds"),
    ],
)
def test_dates_that_make_no_sense_are_refused(change, code):
    assert refusal_for(replace(tet(2027), **change)) == code
