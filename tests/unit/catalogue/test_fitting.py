"""When an offer fits a need: data-driven rules, field by field, and a chair for a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.rules import RULES, Seat, blocking_field, fits, seat_for, size_to_show

CHAIR = {"type": "same", "seat": "seat", "depth": "depth"}


@pytest.mark.parametrize(
    ("fit", "offered", "needed", "blocks"),
    [
        ({"item": "same"}, {"item": "books"}, {"item": "books"}, None),
        ({"item": "same"}, {"item": "books"}, {"item": "bicycle"}, "item"),
        ({"level": "at-least"}, {"level": 3}, {"level": 2}, None),
        ({"level": "at-least"}, {"level": 1}, {"level": 2}, "level"),
        ({"size": "any-of"}, {"size": ["s", "m"]}, {"size": "m"}, None),
        ({"size": "any-of"}, {"size": ["s", "m"]}, {"size": "l"}, "size"),
        ({"size": "ignore"}, {"size": 1}, {"size": 2}, None),
        ({"item": "same", "size": "same"}, {"item": "a", "size": 1}, {"item": "b"}, "item"),
        ({}, {"item": "a"}, {"item": "b"}, None),
    ],
)
def test_each_rule_blocks_by_its_field(fit, offered, needed, blocks):
    assert blocking_field(fit, offered, needed) == blocks
    assert fits(fit, offered, needed) is (blocks is None)


@pytest.mark.parametrize("rule", sorted(RULES))
@pytest.mark.parametrize("empty", [{}, {"f": None}, {"f": ""}, {"f": []}])
def test_what_a_side_leaves_open_blocks_nothing(rule, empty):
    assert fits({"f": rule}, empty, {"f": 3, "hip_cm": 3, "thigh_cm": 30})
    assert fits({"f": rule}, {"f": 3, "seat_cm": 3, "depth_cm": 3}, empty)


def test_an_unknown_rule_is_as_strict_as_it_can_be():
    assert blocking_field({"f": "no-such-rule"}, {"f": 1}, {"f": 2}) == "f"


def test_a_seat_is_the_hip_and_two_to_three_and_the_thigh_less_three_to_six():
    assert seat_for(36, 45) == Seat(width=(38, 39), depth=(39, 42))


@pytest.mark.parametrize("measures", [(0,), (-3,), (36, 6), (36, 0)])
def test_what_no_person_measures_is_refused(measures):
    with pytest.raises(ValueError, match=str(measures[-1])):
        seat_for(*measures)


@pytest.mark.parametrize(
    ("seat", "is_good"), [(37, True), (38, True), (40, True), (36, False), (41, False)]
)
def test_a_chair_fits_within_a_centimetre_of_the_rule(seat, is_good):
    assert fits(CHAIR, {"seat_cm": seat}, {"hip_cm": 36}) is is_good


@pytest.mark.parametrize(("depth", "is_good"), [(38, True), (43, True), (37, False), (44, False)])
def test_a_chair_is_neither_too_deep_nor_too_short(depth, is_good):
    assert fits(CHAIR, {"depth_cm": depth}, {"thigh_cm": 45}) is is_good


@given(st.integers(20, 70))
def test_the_size_on_a_card_is_a_size_in_trade_that_fits_the_person(hip):
    size = size_to_show(hip)

    assert size % 2 == 0
    assert fits(CHAIR, {"seat_cm": size}, {"hip_cm": hip})


@given(st.integers(20, 70), st.integers(20, 70))
def test_what_fits_the_card_fits_the_person(hip, offered):
    card = {"seat_cm": size_to_show(hip)}

    if fits(CHAIR, {"seat_cm": offered}, card):
        assert fits(CHAIR, {"seat_cm": offered}, {"hip_cm": hip})
