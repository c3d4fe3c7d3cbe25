"""Money in whole đồng: reading what people type, showing it, and saying it in words."""

import re
from typing import NewType

from vn_money import to_words

Dong = NewType("Dong", int)
MOST = 10**15
_NUMBER = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+|\d+")
_SCALES = {"tỷ": 10**9, "ty": 10**9, "triệu": 10**6, "trieu": 10**6, "tr": 10**6}
_SCALES |= {"nghìn": 10**3, "nghin": 10**3, "ngàn": 10**3, "ngan": 10**3, "k": 10**3}
_SCALED = re.compile(r"(\d+(?:[.,]\d+)*)\s*(tỷ|ty|triệu|trieu|tr|nghìn|nghin|ngàn|ngan|k)")
_SIGNS = re.compile(r"(đồng|dong|vnđ|vnd|đ|₫)\s*$")
_THREE = 3


class NotMoney(ValueError):
    """The text is no amount of đồng; `args[0]` is money-unreadable or money-too-large."""


def read_dong(typed: str) -> Dong:
    """The amount that a person typed: 1.500.000, 1,500,000, 1500000đ, 4.554,5 triệu, 500k.

    A group of three digits after a dot or comma is thousands: a đồng has no fraction.
    Raises NotMoney.
    """
    text = _SIGNS.sub("", typed.strip().lower().replace("\xa0", " ")).strip()
    if scaled := _SCALED.fullmatch(text):
        amount = _decimal(scaled[1]) * _SCALES[scaled[2]]
        if amount != int(amount):
            raise NotMoney("money-unreadable")
        value = int(amount)
    elif _NUMBER.fullmatch(text) and text.isascii():
        value = int(re.sub(r"[.,\s]", "", text))
    else:
        raise NotMoney("money-unreadable")
    if value >= MOST:
        raise NotMoney("money-too-large")
    return Dong(value)


def _decimal(text: str) -> float:
    """A number before triệu or tỷ: 4.554,5 and 4,554.5 are the same; 1.200 is thousands."""
    marks = [c for c in text if c in ".,"]
    if not marks:
        return float(text)
    last = max(text.rfind("."), text.rfind(","))
    whole, part = re.sub(r"[.,]", "", text[:last]), text[last + 1 :]
    if len(set(marks)) == 1 and (len(marks) > 1 or len(part) == _THREE):
        return float(whole + part)
    return float(f"{whole}.{part}")


def show_dong(amount: int) -> str:
    """`1.500.000 đ`, with a blank that does not break."""
    return f"{amount:,}".replace(",", ".") + "\xa0đ"


def dong_in_words(amount: int) -> str:
    """`Một triệu năm trăm nghìn đồng`, as a receipt says it. Raises ValueError below zero."""
    if amount < 0:
        raise NotMoney("money-unreadable")
    words = str(to_words(amount))
    return words[:1].upper() + words[1:] + " đồng"


def number_in_words(number: int) -> str:
    """`hai mươi tư`, for counts on papers."""
    return str(to_words(number))
