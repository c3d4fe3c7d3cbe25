"""What identifies somebody is found in a story, and ordinary words are left alone."""

import unicodedata

import pytest

from app.needs.rules import Identifying, identifying_parts

FAMILY = ["Nguyễn Thị Hoa", "Lê An"]


@pytest.mark.parametrize(
    ("story", "part"),
    [
        ("Gọi 0912 345 678 giúp cháu", Identifying.PHONE),
        ("Máy bàn (024) 3858.1234", Identifying.PHONE),
        ("+84912345678", Identifying.PHONE),
        ("không chín một hai ba bốn năm sáu bảy tám", Identifying.PHONE),
        ("CCCD 001085012345", Identifying.NUMBER),
        ("Số thẻ GD4 0101 2345 67", Identifying.NUMBER),
        ("viết cho hoa@example.com", Identifying.CONTACT),
        ("kết bạn Zalo nhé", Identifying.CONTACT),
        ("xem facebook của con", Identifying.CONTACT),
        ("ở ngõ 105", Identifying.ADDRESS),
        ("Số 12 đường Kim Giang", Identifying.ADDRESS),
        ("số 7/12A", Identifying.ADDRESS),
        ("tổ 13 phường mình", Identifying.ADDRESS),
        ("bán vé số ở chợ Mới", Identifying.ADDRESS),
        ("căn hộ 1203", Identifying.ADDRESS),
        ("bà Tím sống một mình", Identifying.NAME),
        ("Bà Tím sống một mình", Identifying.NAME),
        ("con Trần Văn Nam bị tai nạn", Identifying.NAME),
        ("TRẦN THỊ TÍM", Identifying.NAME),
        ("Tran Thi Tim", Identifying.NAME),
    ],
)
def test_what_tells_who_it_is_keeps_a_story_off_the_card(story, part):
    assert part in identifying_parts(story)


@pytest.mark.parametrize(
    "story",
    [
        "",
        "Bà ốm nặng, ông ở với con. Nhà dột khi mưa.",
        "Nuôi 3 cháu nhỏ từ năm 2019, lo 3 con ăn học.",
        "Nợ viện phí 2.500.000.000 đồng và 35.000.000 đồng.",
        "Sống một mình, hàng xóm giúp cơm nước hằng ngày.",
        "Mẹ Việt Nam Anh hùng, đón Tết Đinh Mùi ở Hà Nội.",
        "Cháu học lớp 5 Trường Tiểu học, cần xe đạp đi học xa 6 km.",
        "Một hai năm nay ba mẹ đau yếu.",
    ],
)
def test_ordinary_words_stay(story):
    assert identifying_parts(story) == []


@pytest.mark.parametrize(
    "story", ["chị Hoa bán rau", "bà hoa ốm", "ba hoa om nang", "Thị Hoa", "NGUYEN THI HOA"]
)
def test_a_members_own_name_is_found_however_it_is_typed(story):
    assert Identifying.NAME in identifying_parts(story, FAMILY)


@pytest.mark.parametrize("story", ["hoa màu mất trắng", "bà ăn cháo", "an cư"])
def test_a_word_that_only_sounds_like_a_name_stays(story):
    assert identifying_parts(story, FAMILY) == []


def test_decomposed_and_invisible_characters_hide_nothing():
    hidden = unicodedata.normalize("NFD", "bà Tím, số \u200b０９12\u200b345678")

    found = identifying_parts(hidden)

    assert {Identifying.NAME, Identifying.PHONE} <= set(found)


def test_a_blank_name_finds_nothing():
    assert identifying_parts("Sống một mình", [" ", ""]) == []
