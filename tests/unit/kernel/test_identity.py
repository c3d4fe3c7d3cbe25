"""Citizen numbers as lists hold them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.identity import CitizenDoubt, citizen_tail, read_citizen_number


@pytest.mark.parametrize(
    ("typed", "digits", "doubt"),
    [
        ("001150000001", "001150000001", None),
        ("001 150 000 001", "001150000001", None),
        ("'001150000001", "001150000001", None),
        (79123456789.0, "079123456789", CitizenDoubt.LOST_ZEROS),
        (1150000001.0, "001150000001", CitizenDoubt.LOST_ZEROS),
        ("012345678", "012345678", CitizenDoubt.OLD_CARD),
        ("999150000001", "999150000001", CitizenDoubt.UNKNOWN_PROVINCE),
        ("00115000000", None, CitizenDoubt.WRONG_LENGTH),
        ("0011500000012", None, CitizenDoubt.WRONG_LENGTH),
        ("chưa có", None, CitizenDoubt.NOT_A_NUMBER),
        (0.5, None, CitizenDoubt.NOT_A_NUMBER),
        (-1.0, None, CitizenDoubt.NOT_A_NUMBER),
    ],
)
def test_a_number_is_read_with_its_doubt(typed, digits, doubt):
    number = read_citizen_number(typed)

    assert (number.digits, number.doubt) == (digits, doubt)
    assert number.is_refused == (digits is None)


def test_a_number_tells_sex_and_year():
    old, young = read_citizen_number("001150000001"), read_citizen_number("001315000001")

    assert (old.sex, old.birth_year) == ("female", 1950)
    assert (young.sex, young.birth_year) == ("female", 2015)


def test_only_the_tail_is_shown():
    assert citizen_tail("001150000123") == "123"


@given(st.integers(1, 96), st.integers(0, 10**9 - 1))
def test_a_number_that_a_sheet_made_a_float_gets_its_zeros_back(province, rest):
    digits = f"{province:03d}{rest:09d}"

    assert read_citizen_number(float(int(digits))).digits == digits


@given(st.text(max_size=30))
def test_no_text_makes_the_reader_fail(text):
    number = read_citizen_number(text)

    assert number.digits is None or number.digits.isdecimal()
