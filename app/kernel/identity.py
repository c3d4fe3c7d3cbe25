"""Citizen numbers: the twelve digits of a CCCD, the nine of an older CMND (DOMAIN.md, 5)."""

import re
from dataclasses import dataclass
from enum import StrEnum

CITIZEN_LENGTH = 12
OLD_LENGTH = 9
# A CCCD starts with a province 001 to 096; as a number it has lost its zeros but not these ten.
_SHORTEST_AS_NUMBER = 10
_LAST_PROVINCE = 96
_CENTURIES = {0: 1900, 1: 1900, 2: 2000, 3: 2000, 4: 2100, 5: 2100}


class CitizenDoubt(StrEnum):
    """What is doubtful about a number, or why it is none."""

    OLD_CARD = "citizen-old-card"
    LOST_ZEROS = "citizen-lost-zeros"
    WRONG_LENGTH = "citizen-wrong-length"
    NOT_A_NUMBER = "citizen-not-a-number"
    UNKNOWN_PROVINCE = "citizen-unknown-province"


_REFUSED = frozenset({CitizenDoubt.WRONG_LENGTH, CitizenDoubt.NOT_A_NUMBER})


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A number as read: its digits (None if it is none) and what is doubtful about it."""

    digits: str | None
    doubt: CitizenDoubt | None = None

    @property
    def is_refused(self) -> bool:
        """Whether what was typed cannot be a citizen number."""
        return self.doubt in _REFUSED

    @property
    def sex(self) -> str | None:
        """The sex that a CCCD encodes; None for other numbers."""
        if self.digits is None or len(self.digits) != CITIZEN_LENGTH:
            return None
        return "male" if int(self.digits[3]) % 2 == 0 else "female"

    @property
    def birth_year(self) -> int | None:
        """The year of birth that a CCCD encodes; None for other numbers."""
        if self.digits is None or len(self.digits) != CITIZEN_LENGTH:
            return None
        century = _CENTURIES.get(int(self.digits[3]))
        return None if century is None else century + int(self.digits[4:6])


def read_citizen_number(typed: str | float) -> CitizenNumber:
    """Read a number as lists hold it: text, or a spreadsheet's number without its zeros."""
    if isinstance(typed, str):
        return _from_text(typed)
    if typed != int(typed) or typed <= 0:
        return CitizenNumber(None, CitizenDoubt.NOT_A_NUMBER)
    digits = str(int(typed))
    if _SHORTEST_AS_NUMBER <= len(digits) < CITIZEN_LENGTH:
        return CitizenNumber(digits.zfill(CITIZEN_LENGTH), CitizenDoubt.LOST_ZEROS)
    return _judged(digits)


def _from_text(typed: str) -> CitizenNumber:
    digits = re.sub(r"[\s.\-']", "", typed)
    if not (digits.isascii() and digits.isdecimal()):
        return CitizenNumber(None, CitizenDoubt.NOT_A_NUMBER)
    return _judged(digits)


def _judged(digits: str) -> CitizenNumber:
    if len(digits) == OLD_LENGTH:
        return CitizenNumber(digits, CitizenDoubt.OLD_CARD)
    if len(digits) != CITIZEN_LENGTH:
        return CitizenNumber(None, CitizenDoubt.WRONG_LENGTH)
    known = 1 <= int(digits[:3]) <= _LAST_PROVINCE
    return CitizenNumber(digits, None if known else CitizenDoubt.UNKNOWN_PROVINCE)


def citizen_tail(digits: str) -> str:
    """The last three digits, all that is shown of a hidden number."""
    return digits[-3:]
