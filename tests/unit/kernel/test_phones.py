"""Telephone numbers as people write them."""

import pytest

from app.kernel.phones import PhoneDoubt, is_refused, read_phone, show_phone


@pytest.mark.parametrize(
    ("typed", "e164", "doubt"),
    [
        ("0912 345 678", "+84912345678", None),
        ("+84 912.345.678", "+84912345678", None),
        ("0084912345678", "+84912345678", None),
        ("84912345678", "+84912345678", None),
        ("912345678.0", "+84912345678", PhoneDoubt.LOST_ZERO),
        ("01683456789", "+84383456789", PhoneDoubt.OLD_PREFIX),
        ("02438123456", "+842438123456", PhoneDoubt.LANDLINE),
        ("0551234567", "+84551234567", PhoneDoubt.UNKNOWN_PREFIX),
        ("12", None, PhoneDoubt.WRONG_LENGTH),
        ("hỏi con gái", None, PhoneDoubt.NOT_A_NUMBER),
    ],
)
def test_a_number_is_read_with_its_doubt(typed, e164, doubt):
    phone = read_phone(typed)

    assert (phone.e164, phone.doubt) == (e164, doubt)
    assert is_refused(phone) == (e164 is None)


def test_a_number_is_shown_as_it_is_read_aloud():
    assert show_phone("+84912345678") == "0912 345 678"
