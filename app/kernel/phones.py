"""Vietnamese telephone numbers: one spelling (E.164), what to warn of, how to show them."""

import re
from dataclasses import dataclass
from enum import StrEnum

# Eleven-digit mobile prefixes until 2018 and what became of them.
_OLD_PREFIXES = {
    **{f"16{n}": f"3{n}" for n in range(2, 10)},
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip
_MOBILE = re.compile(
    r"(3\d|5[1689]|52(?=[238])|559|7[06-9]|8[1-8]|89(?=[6-9])|9[0-8]|99(?=[0-36-9]))\d*"
)
_NATIONAL_LENGTH = 9
_OLD_LENGTH = 10
_LANDLINE_LENGTHS = (10,)
_LANDLINE_START = "2"


class PhoneDoubt(StrEnum):
    """Why a number is taken with a warning, or not at all."""

    OLD_PREFIX = "phone-old-prefix"
    LOST_ZERO = "phone-lost-zero"
    LANDLINE = "phone-landline"
    UNKNOWN_PREFIX = "phone-unknown-prefix"
    WRONG_LENGTH = "phone-wrong-length"
    NOT_A_NUMBER = "phone-not-a-number"


_REFUSED = frozenset({PhoneDoubt.WRONG_LENGTH, PhoneDoubt.NOT_A_NUMBER})


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as read: E.164 (None if it cannot be one) and what is doubtful about it."""

    e164: str | None
    doubt: PhoneDoubt | None = None


def read_phone(typed: str) -> Phone:
    """Read a number as people write it: blanks, dots, +84, 0084, a lost zero, an old prefix."""
    digits = _digits(typed)
    if digits is None:
        return Phone(None, PhoneDoubt.NOT_A_NUMBER)
    national, lost_zero = _national(digits)
    if len(national) == _OLD_LENGTH and national[:3] in _OLD_PREFIXES:
        renewed = _OLD_PREFIXES[national[:3]] + national[3:]
        return Phone(f"+84{renewed}", PhoneDoubt.OLD_PREFIX)
    if national.startswith(_LANDLINE_START) and len(national) in _LANDLINE_LENGTHS:
        return Phone(f"+84{national}", PhoneDoubt.LANDLINE)
    if len(national) != _NATIONAL_LENGTH:
        return Phone(None, PhoneDoubt.WRONG_LENGTH)
    if not _MOBILE.fullmatch(national):
        return Phone(f"+84{national}", PhoneDoubt.UNKNOWN_PREFIX)
    return Phone(f"+84{national}", PhoneDoubt.LOST_ZERO if lost_zero else None)


def is_refused(phone: Phone) -> bool:
    """Whether what was typed cannot be a number at all."""
    return phone.doubt in _REFUSED


def show_phone(e164: str) -> str:
    """`0912 345 678`, as people read it aloud."""
    national = "0" + e164.removeprefix("+84")
    return f"{national[:4]} {national[4:7]} {national[7:]}"


def tail_of(e164: str) -> str:
    """The last three digits, all that is shown of a hidden number."""
    return e164[-3:]


def _digits(typed: str) -> str | None:
    """The digits, also of a number that a spreadsheet turned into a float; None for other text."""
    text = re.sub(r"[\s.\-()·]+", "", typed.strip().removesuffix(".0"))
    plus = text.startswith("+")
    text = text.removeprefix("+")
    if not text.isascii() or not text.isdecimal():
        return None
    return "00" + text if plus else text


def _national(digits: str) -> tuple[str, bool]:
    """The number after the trunk zero or country code, and whether its zero was lost."""
    for prefix in ("0084", "084"):
        if digits.startswith(prefix):
            return digits.removeprefix(prefix).removeprefix("0"), False
    if digits.startswith("84") and len(digits) > _OLD_LENGTH:
        return digits.removeprefix("84").removeprefix("0"), False
    if digits.startswith("0"):
        return digits.removeprefix("0"), False
    return digits, True
