"""Which way a need may go, and what may be written down of one."""

from datetime import date, timedelta

import pytest

from app.needs.rules import (
    LIVE,
    TRANSITIONS,
    NeedDraft,
    NeedState,
    is_light,
    may_become,
    refusal_for,
    sources_of,
)

DAY = date(2026, 11, 23)


def draft(**values):
    known = {"kind_code": "nhu_yeu_pham", "units": 1, "cost_dong": 0, "urgency": 0}
    known |= {"starts_on": DAY, "deadline_on": None, "spec": {}, "evidence": (), "story": ""}
    return NeedDraft(**known | values)


def test_a_need_is_opened_only_by_approval_or_by_taking_up_again():
    openers = {state for state in NeedState if may_become(state, NeedState.APPROVED)}

    assert openers == {NeedState.VERIFIED, NeedState.SUSPENDED, NeedState.CLOSED}


@pytest.mark.parametrize("state", ["rejected", "expired", "withdrawn"])
def test_what_has_ended_never_comes_back(state):
    assert TRANSITIONS[NeedState(state)] == frozenset()


def test_every_state_has_its_arrows():
    assert set(TRANSITIONS) == set(NeedState)


def test_no_need_skips_verification():
    assert sources_of(NeedState.VERIFIED) == ("submitted",)


def test_a_live_need_is_one_that_may_still_be_met():
    ended = {"closed", "rejected", "expired", "withdrawn"}

    assert set(LIVE) == {state.value for state in NeedState} - ended


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, None),
        ({"units": 5}, None),
        ({"units": 0}, "need-units-out-of-range"),
        ({"units": -3}, "need-units-out-of-range"),
        ({"units": 6}, "need-units-out-of-range"),
        ({"cost_dong": -1}, "need-cost-out-of-range"),
        ({"cost_dong": 10**13}, "need-cost-out-of-range"),
        ({"deadline_on": DAY}, None),
        ({"deadline_on": DAY - timedelta(days=1)}, "need-deadline-before-start"),
        ({"story": "a" * 300}, None),
        ({"story": "a" * 301}, "need-story-too-long"),
    ],
)
def test_a_need_is_written_down_within_its_bounds(values, code):
    assert refusal_for(draft(**values), 5) == code


@pytest.mark.parametrize(
    ("kind", "cost", "light"),
    [
        ("qua_tet", 500_000, True),
        ("qua_tet", 500_001, False),
        ("nhu_yeu_pham", 300_000, True),
        ("xe_lan", 100_000, False),
    ],
)
def test_only_small_gifts_are_verified_by_who_registered_them(kind, cost, light):
    assert is_light(kind, cost) is light
