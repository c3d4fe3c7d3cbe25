"""Dates of birth as lists hold them: a date, a text in several shapes, or only a year."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

FIRST_YEAR = 1900
OLDEST_AGE = 120
_SHEET_EPOCH = date(1899, 12, 30)
# What a spreadsheet's day number of a living person's birth looks like: 1900 to 2063.
_SERIALS = range(367, 60_000)
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:[t ].*)?")
_IN_WORDS = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_MONTH_ONLY = re.compile(r"(?:tháng\s*)?(\d{1,2})\s*[/.\-]\s*(\d{4})")
_YEAR_ONLY = re.compile(r"(?:sinh\s+)?(?:năm\s+)?(\d{4})(?:\.0)?")
_MONTHS = 12
_TWO_DIGITS = 2
_CENTURY = 100


class BirthDoubt(StrEnum):
    """What is doubtful about a date of birth, or why it is none."""

    YEAR_ONLY = "birth-year-only"
    SHORT_YEAR = "birth-short-year"
    MONTH_FIRST = "birth-month-first"
    SERIAL = "birth-day-number"
    IMPOSSIBLE = "birth-impossible"
    UNREADABLE = "birth-unreadable"
    FUTURE = "birth-in-future"
    TOO_OLD = "birth-too-long-ago"


_REFUSED = frozenset(
    {BirthDoubt.IMPOSSIBLE, BirthDoubt.UNREADABLE, BirthDoubt.FUTURE, BirthDoubt.TOO_OLD}
)


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth as read: year, the day where it is known, and what is doubtful."""

    year: int | None
    on: date | None = None
    doubt: BirthDoubt | None = None

    @property
    def is_refused(self) -> bool:
        """Whether nobody can have been born then."""
        return self.doubt in _REFUSED


def read_birth(typed: str | float | date, today: date) -> Birth:
    """Read a cell that holds a date of birth; the day comes before the month."""
    if isinstance(typed, datetime):
        return _judged(Birth(typed.year, typed.date()), today)
    if isinstance(typed, date):
        return _judged(Birth(typed.year, typed), today)
    if isinstance(typed, str):
        return _judged(_from_text(typed.strip().lower(), today), today)
    return _judged(_from_number(typed), today)


def _from_number(number: float) -> Birth:
    if number != int(number):
        return Birth(None, None, BirthDoubt.UNREADABLE)
    if FIRST_YEAR <= number <= FIRST_YEAR + 2 * OLDEST_AGE:
        return Birth(int(number), None, BirthDoubt.YEAR_ONLY)
    if int(number) in _SERIALS:
        day = _SHEET_EPOCH + timedelta(days=int(number))
        return Birth(day.year, day, BirthDoubt.SERIAL)
    return Birth(None, None, BirthDoubt.UNREADABLE)


def _from_text(text: str, today: date) -> Birth:
    if found := _DAY_FIRST.fullmatch(text) or _IN_WORDS.search(text):
        return _day(int(found[1]), int(found[2]), _year(found[3], today))
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[3]), int(found[2]), _year(found[1], today))
    if found := _MONTH_ONLY.fullmatch(text):
        known = 1 <= int(found[1]) <= _MONTHS
        doubt = BirthDoubt.YEAR_ONLY if known else BirthDoubt.IMPOSSIBLE
        return Birth(int(found[2]), None, doubt)
    if found := _YEAR_ONLY.fullmatch(text):
        return Birth(int(found[1]), None, BirthDoubt.YEAR_ONLY)
    return Birth(None, None, BirthDoubt.UNREADABLE)


def _year(typed: str, today: date) -> Birth:
    """A typed year; of two digits, the one that makes nobody a hundred years old."""
    if len(typed) != _TWO_DIGITS:
        return Birth(int(typed))
    year = FIRST_YEAR + int(typed)
    if today.year - year >= _CENTURY:
        year += _CENTURY
    return Birth(year, None, BirthDoubt.SHORT_YEAR)


def _day(day: int, month: int, in_year: Birth) -> Birth:
    year, doubt = in_year.year or FIRST_YEAR, in_year.doubt
    if month > _MONTHS >= day:
        day, month, doubt = month, day, BirthDoubt.MONTH_FIRST
    try:
        return Birth(year, date(year, month, day), doubt)
    except ValueError:
        return Birth(None, None, BirthDoubt.IMPOSSIBLE)


def _judged(birth: Birth, today: date) -> Birth:
    """The same, refused if it lies in the future or beyond the oldest age."""
    if birth.year is None or birth.is_refused:
        return birth
    if birth.year > today.year or (birth.on is not None and birth.on > today):
        return Birth(birth.year, birth.on, BirthDoubt.FUTURE)
    if birth.year < max(FIRST_YEAR, today.year - OLDEST_AGE):
        return Birth(birth.year, birth.on, BirthDoubt.TOO_OLD)
    return birth
