"""What a report is asked for, and what the public may not be able to work out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

SMALLEST_SHOWN = 5


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


def quarter_of(day: date) -> tuple[date, date]:
    """First and last day of the quarter that holds `day`."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first, _month_after(first, 3) - timedelta(days=1)


def _month_after(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A published row; None stands for a number too small to be shown, or hidden beside it.

    handovers: how often something was handed over, where it is known. Ten gifts for one family
    are ten units and one handover.
    """

    key: str
    label: str
    pledged: int | None
    handed_over: int | None
    dong: int | None
    handovers: int | None = None


def hide_small(lines: Sequence[PublicLine]) -> list[PublicLine]:
    """Hide what 1 to 4 units or handovers stand behind, and enough that no hidden one follows.

    If just one row's handovers had to be hidden, the smallest of the rest are hidden with them:
    the total less the shown rows would otherwise give the hidden ones (TRUST.md, 4.7). What was
    pledged tells of donors, not of families, and no total of its units is published.
    """
    hidden = {
        line.key for line in lines if _is_small(line.handed_over) or _is_small(line.handovers)
    }
    rest = [line for line in lines if line.key not in hidden and (line.dong or 0) > 0]
    if len(hidden) == 1 and rest:
        hidden.add(min(rest, key=lambda line: (line.dong or 0, line.key)).key)
    return [_shown(line, handed_over=line.key not in hidden) for line in lines]


def _shown(line: PublicLine, *, handed_over: bool) -> PublicLine:
    pledged = None if _is_small(line.pledged) else line.pledged
    if handed_over:
        return replace(line, pledged=pledged)
    return replace(line, pledged=pledged, handed_over=None, dong=None)


def _is_small(count: int | None) -> bool:
    return count is not None and 0 < count < SMALLEST_SHOWN
