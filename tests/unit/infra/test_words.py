"""Words in two languages: English tells one from several, Vietnamese has no need to."""

import pytest

from app.infra.i18n import translate

INVITED = "Đã mời %(n)s hộ."


@pytest.mark.parametrize(
    ("language", "n", "words"),
    [
        ("en", 1, "1 household is invited."),
        ("en", "1", "1 household is invited."),
        ("en", 0, "0 households are invited."),
        ("en", "1,204", "1,204 households are invited."),
        ("vi", 1, "Đã mời 1 hộ."),
        ("vi", 2, "Đã mời 2 hộ."),
    ],
)
def test_a_sentence_agrees_with_its_number(language, n, words):
    assert translate(language, INVITED, n=n) == words
