"""Rules of pledges: states, limits, progress, names, tax codes, risks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pledges.rules import (
    MAX_UNITS,
    NEXT,
    Counts,
    GivenAs,
    LineDraft,
    LineState,
    PledgeDraft,
    Risk,
    ShownAs,
    Step,
    may_become,
    progress,
    refusal_of,
    refusal_of_line,
    refusal_of_window,
    risks_of,
    shown_name,
    tax_code_doubt,
)

DAY = date(2026, 11, 23)


def _counts(**values):
    empty = dict.fromkeys(("units", "free", "reserved", "fulfilled", "withdrawn"), 0)
    return Counts(**empty | {"received": 0, "handed": 0} | values)


def _line(**values):
    known = {"kind_code": "qua_tet", "units": 1, "unit_value": 1, "given_as": GivenAs.KIND}
    return LineDraft(**known | values)


@pytest.mark.parametrize("state", LineState)
def test_a_line_that_ended_never_opens_again(state):
    ended = {LineState.DECLINED, LineState.WITHDRAWN, LineState.EXPIRED, LineState.CLOSED}

    assert (not NEXT[state]) == (state in ended)


def test_a_line_opens_only_once_it_was_accepted():
    openers = [state for state in LineState if may_become(state, LineState.OPEN)]

    assert openers == [LineState.ACCEPTED]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"units": 0}, "units-out-of-range"),
        ({"units": -1}, "units-out-of-range"),
        ({"units": MAX_UNITS + 1}, "units-out-of-range"),
        ({"unit_value": -1}, "value-too-large"),
        ({"unit_value": 10**15}, "value-too-large"),
        ({"units": 10**6, "unit_value": 10**9}, "value-too-large"),
        ({"given_as": GivenAs.CASH, "unit_value": 0}, "cash-needs-value"),
        ({"units": MAX_UNITS, "unit_value": 999_999_999}, None),
        ({"unit_value": 0}, None),
    ],
)
def test_a_line_stays_within_its_limits(values, code):
    assert refusal_of_line(_line(**values)) == code


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (DAY, DAY, None),
        (DAY - timedelta(days=9), DAY, None),
        (DAY, DAY - timedelta(days=1), "window-out-of-order"),
        (DAY - timedelta(days=9), DAY - timedelta(days=1), "window-is-over"),
        (DAY, DAY + timedelta(days=732), "window-too-long"),
    ],
)
def test_a_window_lies_ahead_and_within_two_years(first, last, code):
    assert refusal_of_window(first, last, DAY) == code


def test_a_pledge_has_one_to_ten_lines_and_a_ward_among_its_wards():
    pledge = {"ward_code": "1", "available_from": DAY, "available_to": DAY}

    assert refusal_of(PledgeDraft((), **pledge), DAY) == "pledge-without-lines"
    assert refusal_of(PledgeDraft((_line(),) * 11, **pledge), DAY) == "too-many-lines"
    elsewhere = PledgeDraft((_line(),), wards=("2",), **pledge)
    assert refusal_of(elsewhere, DAY) == "ward-not-among-wards"


@pytest.mark.parametrize(
    ("counts", "step"),
    [
        ({"free": 5}, Step.HELD),
        ({"free": 2, "reserved": 3}, Step.MATCHED),
        ({"reserved": 5, "received": 5, "handed": 1}, Step.HANDED_OVER),
        ({"reserved": 4, "fulfilled": 1, "received": 5, "handed": 1}, Step.PARTLY),
        ({"free": 4, "fulfilled": 1, "received": 5, "handed": 1}, Step.PARTLY),
        ({"fulfilled": 5, "received": 5, "handed": 5}, Step.CONFIRMED),
    ],
)
def test_progress_is_the_furthest_step_of_any_unit(counts, step):
    assert progress(LineState.OPEN, _counts(units=5, **counts)) is step


def test_a_line_that_ended_with_nothing_given_has_ended():
    assert progress(LineState.WITHDRAWN, _counts(units=5, withdrawn=5)) is Step.ENDED
    assert progress(LineState.OFFERED, _counts(units=5, free=5)) is Step.WAITING


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_what_may_be_withdrawn_leaves_every_order_intact(free, reserved, received, withdrawn):
    units = free + reserved + withdrawn
    counts = _counts(
        units=units, free=free, reserved=reserved, withdrawn=withdrawn,
        received=min(received, units - withdrawn),
    )  # fmt: skip

    back = counts.withdrawable

    assert 0 <= back <= free
    assert counts.received + withdrawn + back <= units
    assert counts.least_units <= units


@pytest.mark.parametrize(
    ("shown_as", "name"),
    [
        (ShownAs.NAME, "Đỗ Thị Lan"),
        (ShownAs.INITIALS, "Đ.T.L."),
        (ShownAs.ANONYMOUS, None),
    ],
)
def test_a_name_is_shown_as_its_donor_chose(shown_as, name):
    assert shown_name("Đỗ Thị Lan", shown_as) == name


@pytest.mark.parametrize(
    ("tax_code", "doubt"),
    [
        ("0100109106", None),
        ("0100109106-001", None),
        ("001090000001", None),
        ("0100109107", "tax-code-check-digit"),
        ("01001", "tax-code-wrong-length"),
        ("01001O9106", "tax-code-not-digits"),
        ("٠١٠٠١٠٩١٠٦", "tax-code-not-digits"),
    ],
)
def test_a_mistyped_tax_code_is_doubted(tax_code, doubt):
    assert tax_code_doubt(tax_code) == doubt


@pytest.mark.parametrize(
    ("values", "risks"),
    [
        ({"kind_code": "qua_tet"}, {Risk.FOOD_EXPIRY}),
        ({"kind_code": "xe_lan"}, {Risk.WHEELCHAIR_CHECK, Risk.USED_GOODS}),
        ({"kind_code": "hoc_bong"}, set()),
        ({"given_as": GivenAs.CASH, "unit_value": 5_000_000}, {Risk.CASH_BY_BANK}),
        (
            {"kind_code": "hoc_bong", "units": 100, "unit_value": 1_000_000},
            {Risk.LARGE_VALUE},
        ),
    ],
)
def test_staff_are_told_what_to_look_at(values, risks):
    assert set(risks_of(_line(**values))) == risks
