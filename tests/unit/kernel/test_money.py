"""Amounts as people write them, and as receipts say them."""

import pytest

from app.kernel.money import NotMoney, dong_in_words, read_dong, show_dong


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.500.000đ", 1_500_000),
        ("1,500,000", 1_500_000),
        ("15.000.000 ₫", 15_000_000),
        ("4.554,5 triệu", 4_554_500_000),
        ("4,554.5 triệu", 4_554_500_000),
        ("76 tỷ đồng", 76_000_000_000),
        ("500k", 500_000),
        ("1.200 triệu", 1_200_000_000),
        ("0", 0),
    ],
)
def test_an_amount_is_read_as_it_was_meant(typed, amount):
    assert read_dong(typed) == amount


@pytest.mark.parametrize("typed", ["", "-1", "1e9", "1.23", "١٢٣", "nhiều", "1.234,5"])
def test_what_is_no_whole_amount_is_refused(typed):
    with pytest.raises(NotMoney):
        read_dong(typed)


def test_an_amount_beyond_a_quadrillion_is_refused():
    with pytest.raises(NotMoney, match="money-too-large"):
        read_dong("1" + "0" * 30)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (105, "Một trăm linh năm đồng"),
        (1_001, "Một nghìn không trăm linh một đồng"),
        (26_500_000, "Hai mươi sáu triệu năm trăm nghìn đồng"),
        (810_000_000, "Tám trăm mười triệu đồng"),
        (4_554_500_000, "Bốn tỷ năm trăm năm mươi tư triệu năm trăm nghìn đồng"),
        (
            188_296_000_000,
            "Một trăm tám mươi tám tỷ hai trăm chín mươi sáu triệu đồng",
        ),
    ],
)
def test_an_amount_is_said_as_on_a_receipt(amount, words):
    assert dong_in_words(amount) == words


def test_an_amount_is_shown_with_dots_and_its_unit():
    assert show_dong(1_234_567) == "1.234.567\xa0đ"
