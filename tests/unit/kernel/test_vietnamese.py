"""Search without accents, and the order of the alphabet."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.vietnamese import fold, name_sort_key, text_sort_key, tidy, without_accents


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đào Thị Hồng", "dao thi hong"),
        ("Hoà", "hoa"),
        ("Hòa", "hoa"),
        (" NGUYỄN  Văn ", "nguyen van"),
    ],
)
def test_folding_drops_every_accent(text, folded):
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_people_are_ordered_by_given_family_and_middle_name():
    names = ["Trần Thị Ân", "Đỗ Thị Bình", "Nguyễn Văn An", "Phạm Đào", "Vũ Dung", "Lê Văn An"]

    assert sorted(names, key=name_sort_key) == [
        "Lê Văn An",
        "Nguyễn Văn An",
        "Trần Thị Ân",
        "Đỗ Thị Bình",
        "Vũ Dung",
        "Phạm Đào",
    ]


def test_letters_decide_before_tones_and_numbers_go_by_value():
    words = ["mạ", "mâ", "ma", "mã", "mai", "mà", "má", "mă", "mả"]

    ordered = sorted(words, key=text_sort_key)

    assert ordered == ["ma", "mà", "mả", "mã", "má", "mạ", "mai", "mă", "mâ"]
    assert sorted(["Tổ 10", "Tổ 2", "Tổ 1"], key=text_sort_key) == ["Tổ 1", "Tổ 2", "Tổ 10"]


def test_a_message_without_accents_is_plain_ascii():
    assert without_accents("Đề nghị ông/bà – 500.000₫").isascii()


def test_tidying_keeps_one_spelling():
    assert tidy("H’Nia  \u0301 ".replace("\u0301", "")) == "H'Nia"
