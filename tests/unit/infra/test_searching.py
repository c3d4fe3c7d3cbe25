"""What is searched for, as patterns."""

import pytest

from app.infra.searching import patterns_of


@pytest.mark.parametrize(
    ("typed", "patterns"),
    [
        ("", []),
        ("  Nguyễn  Văn ", ["%nguyen%", "%van%"]),
        ("50%", ["%50/%%"]),
        ("a_b", ["%a/_b%"]),
        ("1/2", ["%1//2%"]),
    ],
)
def test_each_word_is_found_anywhere_without_accents_and_signs_mean_themselves(typed, patterns):
    assert patterns_of(typed) == patterns
