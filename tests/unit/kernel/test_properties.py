"""What holds for any text, number or name."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import read_dong, show_dong
from app.kernel.phones import read_phone, show_phone
from app.kernel.vietnamese import ALPHABET, fold, name_sort_key, text_sort_key, tidy

VIETNAMESE = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẩẫấậềểễếệđ ", min_size=1, max_size=30)


@given(st.text(max_size=60))
def test_tidying_and_folding_twice_changes_nothing_more(text):
    assert tidy(tidy(text)) == tidy(text)
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE)
def test_composed_and_decomposed_text_is_one_text(text):
    apart = unicodedata.normalize("NFD", text)

    assert tidy(apart) == tidy(text)
    assert fold(apart) == fold(text)
    assert text_sort_key(apart) == text_sort_key(text)


@given(st.permutations(list(ALPHABET)))
def test_letters_stand_in_the_order_of_the_alphabet(letters):
    assert "".join(sorted(letters, key=text_sort_key)) == ALPHABET


@given(st.permutations(["ma", "mà", "mả", "mã", "má", "mạ"]))
def test_tones_stand_in_their_order(words):
    assert sorted(words, key=text_sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


@given(st.permutations(["Lê Văn An", "Trần Thị An", "Bùi Văn Bình", "Lê Thị Đào", "Vũ Dung"]))
def test_people_stand_by_given_name_then_family(names):
    assert sorted(names, key=name_sort_key) == [
        "Lê Văn An",
        "Trần Thị An",
        "Bùi Văn Bình",
        "Vũ Dung",
        "Lê Thị Đào",
    ]


@given(st.integers(0, 10**15 - 1))
def test_an_amount_is_read_back_as_it_is_shown(amount):
    assert read_dong(show_dong(amount)) == amount
    assert read_dong(f"{amount:,}") == amount


@given(st.integers(0, 9_999_999))
def test_a_phone_is_read_back_as_it_is_shown(rest):
    e164 = f"+8491{rest:07d}"

    assert read_phone(show_phone(e164)).e164 == e164
    assert read_phone(e164).doubt is None
