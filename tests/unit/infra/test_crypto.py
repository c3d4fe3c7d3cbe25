"""Encrypted fields open only where they belong."""

import pytest

from app.infra.crypto import CannotDecrypt, FieldCipher

OLD, NEW = b"o" * 32, b"n" * 32


def test_a_field_opens_in_its_place():
    cipher = FieldCipher({"1": OLD}, b"i" * 32)

    stored = cipher.encrypt("12 ngõ Cầu", "household.address:a")

    assert "Cầu".encode() not in stored
    assert cipher.decrypt(stored, "household.address:a") == "12 ngõ Cầu"


def test_a_field_moved_to_another_row_does_not_open():
    cipher = FieldCipher({"1": OLD}, b"i" * 32)
    stored = cipher.encrypt("12 ngõ Cầu", "household.address:a")

    with pytest.raises(CannotDecrypt):
        cipher.decrypt(stored, "household.address:b")


def test_the_newest_key_encrypts_and_the_old_one_still_opens():
    before = FieldCipher({"1": OLD}, b"i" * 32).encrypt("x", "p")
    both = FieldCipher({"1": OLD, "2": NEW}, b"i" * 32)

    assert both.decrypt(before, "p") == "x"
    assert both.encrypt("x", "p").startswith(b"v1|2|")


def test_the_same_value_has_another_index_for_another_purpose():
    cipher = FieldCipher({"1": OLD}, b"i" * 32)

    assert cipher.index("0912", "phone") != cipher.index("0912", "citizen")
