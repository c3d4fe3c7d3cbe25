"""What a report is asked for, and what the public may not be able to work out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.catalogue.rules import SMALLEST_CROWD, smallest_crowd


class Measure(StrEnum):
    """The three stages in which a resource is counted, never added to each other."""

    PLEDGED = "pledged"
    RECEIVED = "received"
    HANDED_OVER = "handed-over"


class Dimension(StrEnum):
    """By what the figures are split."""

    PROGRAMME = "programme"
    KIND = "kind"
    DONOR_KIND = "donor-kind"
    GROUP = "group"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Question:
    """One report: the days it covers, both included, and what it is limited to.

    ward_codes: the wards asked about, at least one. The rest narrows it when given.
    """

    first: date
    last: date
    ward_codes: tuple[str, ...]
    dimension: Dimension = Dimension.KIND
    programme: str | None = None
    kind: str | None = None
    donor_kind: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """Units and their value in đồng."""

    units: int = 0
    dong: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.units + other.units, self.dong + other.dong)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the report: its key (None where the dimension does not apply) and amounts."""

    key: str | None
    label: str
    amounts: Mapping[Measure, Amount]

    def amount(self, measure: Measure) -> Amount:
        """The amount of one stage, zero if nothing was counted."""
        return self.amounts.get(measure, Amount())


def total_of(lines: Sequence[Line]) -> Mapping[Measure, Amount]:
    """The sum of each stage over all lines."""
    return {m: sum((line.amount(m) for line in lines), Amount()) for m in Measure}


def issue_of(day: date) -> date:
    """The day before which everything counts that is public on `day`: its month's first."""
    return day.replace(day=1)


def quarter_of(day: date) -> tuple[date, date]:
    """First and last day of the quarter that holds `day`."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first, _month_after(first, 3) - timedelta(days=1)


def _month_after(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class HandedMonth:
    """What one kind of one year's pledges saw in a month: gifts less what came back.

    households: whom it was about. few: their digests, where they are fewer than ten. settled: how
    many more of them hold something at its end than at its beginning.
    """

    households: int
    few: tuple[str, ...]
    settled: int
    units: int
    dong: int


@dataclass(frozen=True, slots=True)
class Handed:
    """What may be published of what was handed over; None where it could tell of a family."""

    households: int
    units: int | None
    dong: int | None


def publishable(months: Sequence[HandedMonth], kind_code: str) -> Handed:
    """The sum of a kind's months, oldest first, that may be told; it changes by a crowd at a time.

    A month with fewer waits for the next ones: so neither a figure nor the difference of two
    months' figures is about fewer households than smallest_crowd() says (TRUST.md, 4.7 and S10).
    """
    least = smallest_crowd(kind_code=kind_code)
    told, waiting = [], []
    for month in months:
        waiting.append(month)
        if _about(waiting) >= least:
            told += waiting
            waiting = []
    households = sum(month.settled for month in told)
    if (waiting and not told) or 0 < households < least:
        return Handed(households, None, None)
    return Handed(households, sum(m.units for m in told), sum(m.dong for m in told))


def _about(months: Sequence[HandedMonth]) -> int:
    """Of how many households some months tell at least."""
    known = {digest for month in months for digest in month.few}
    return max(len(known), *(month.households for month in months))


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A published row; None stands for a number behind which too few stand."""

    key: str
    label: str
    pledged: int | None
    handed_over: int | None
    dong: int | None


def shown_pledged(units: int) -> int | None:
    """The promised units of a kind, unless they are so few that they point at one donor."""
    return None if 0 < units < SMALLEST_CROWD else units
