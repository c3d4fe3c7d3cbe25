"""A card names nobody: labels and ages are coarsened until five, or ten, homes share them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.rules import smallest_crowd
from app.needs.rules import (
    LABEL_ORDER,
    Anonymous,
    SafeLabel,
    age_band,
    anonymised,
    band_for,
    common_groups,
    label_of,
    posting_delay,
)

DAY = date(2026, 11, 23)
NEVER_SHOWN = {"hiv", "at-risk", "sudden-hardship", "child-5", "child-9", "trafficked"}


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (2026, "0-5"),
        (2021, "0-5"),
        (2020, "6-10"),
        (2010, "16-17"),
        (2008, "18-59"),
        (1967, "18-59"),
        (1966, "60-79"),
        (1946, "80+"),
        (None, None),
    ],
)
def test_an_age_is_shown_as_a_band(born, band):
    assert age_band(born, DAY) == band


def test_all_three_are_shown_where_five_share_them():
    people = {("poor", "60-79"): 5, ("poor", None): 40}

    assert anonymised(["poor"], "60-79", people) == Anonymous(SafeLabel.POOR, "60-79")


def test_the_age_goes_first():
    people = {("poor", "60-79"): 4, ("poor", None): 5}

    assert anonymised(["poor"], "60-79", people) == Anonymous(SafeLabel.POOR, None)


def test_then_the_label_goes():
    people = {("poor", "60-79"): 4, ("poor", None): 4}

    assert anonymised(["poor"], "60-79", people) == Anonymous(None, None)


def test_who_is_in_no_safe_group_has_no_label():
    assert anonymised(["at-risk"], "60-79", {}) == Anonymous(None, None)


def test_one_label_is_shown_the_most_telling_first():
    assert label_of({"poor", "elderly", "disability"}) is SafeLabel.DISABILITY


@pytest.mark.parametrize("group", sorted(NEVER_SHOWN))
def test_groups_that_must_not_be_named_have_no_label(group):
    assert label_of([group]) is None


def test_every_label_has_its_place_in_the_order():
    assert set(LABEL_ORDER) == set(SafeLabel)


@pytest.mark.parametrize(
    ("label", "band", "shown"),
    [
        (SafeLabel.CHILD, "18-59", None),
        (SafeLabel.CHILD, "6-10", "6-10"),
        (SafeLabel.LONELY_ELDERLY, "18-59", None),
        (SafeLabel.ELDERLY, "80+", "80+"),
        (SafeLabel.POOR, "18-59", "18-59"),
    ],
)
def test_an_age_that_is_another_persons_is_left_out(label, band, shown):
    assert band_for(label, band) == shown


def test_only_groups_that_five_share_are_counted_in_public():
    people = {("poor", None): 9, ("agent-orange", None): 1}

    assert common_groups(["agent-orange", "poor"], people) == ("poor",)


@pytest.mark.parametrize("group", ["disability", "child", "agent-orange"])
def test_a_sensitive_label_needs_ten(group):
    nine, ten = {(group, None): 9}, {(group, None): 10}

    assert anonymised([group], None, nine) == Anonymous(None, None)
    assert anonymised([group], None, ten).label == group
    assert common_groups([group], nine) == ()
    assert common_groups([group], ten) == (group,)


LABELS = st.sampled_from([label.value for label in SafeLabel])
BANDS = st.sampled_from(["0-5", "18-59", "60-79", "80+"])


@given(
    st.lists(LABELS),
    st.none() | BANDS,
    st.dictionaries(st.tuples(LABELS, st.none() | BANDS), st.integers(0, 12)),
)
def test_no_card_ever_shows_what_fewer_than_five_share(groups, band, people):
    shown = anonymised(groups, band, people)

    if shown.label is not None:
        least = smallest_crowd([shown.label.value])
        assert people[shown.label.value, shown.age_band] >= least
    else:
        assert shown.age_band is None


@given(st.integers(0, 2**80))
def test_a_card_waits_less_than_three_days_and_always_as_long(seed):
    wait = posting_delay(seed)

    assert timedelta(0) <= wait < timedelta(hours=72)
    assert wait == posting_delay(seed)


def test_without_a_delay_a_card_is_posted_at_once():
    assert posting_delay(12345, timedelta(0)) == timedelta(0)
