"""A measured figure beside its goal. Ratios, since machines differ and the yardstick runs along."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import ceil


class Goal(StrEnum):
    """Whether the figure should stay below its limit or reach it."""

    AT_MOST = "at-most"
    AT_LEAST = "at-least"


@dataclass(frozen=True, slots=True)
class Figure:
    """One result. `limit` is the goal of DESIGN.md or TRUST.md; None if it is only told."""

    name: str
    value: float
    unit: str
    goal: Goal = Goal.AT_MOST
    limit: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached; a figure without one always is."""
        if self.limit is None:
            return True
        if self.goal is Goal.AT_MOST:
            return self.value <= self.limit
        return self.value >= self.limit

    def facts(self) -> dict[str, object]:
        """For JSON."""
        return {**asdict(self), "is_met": self.is_met}

    def line(self) -> str:
        """For a person."""
        goal = "" if self.limit is None else f"({self.goal.replace('-', ' ')} {self.limit:g})"
        mark = "  " if self.limit is None else ("ok" if self.is_met else "NO")
        return f"{mark}  {self.name:<52} {self.value:>12,.2f} {self.unit:<12} {goal}"


def at_most(name: str, value: float, unit: str, limit: float) -> Figure:
    """A figure that must not pass its limit."""
    return Figure(name, value, unit, Goal.AT_MOST, limit)


def at_least(name: str, value: float, unit: str, limit: float) -> Figure:
    """A figure that must reach its limit."""
    return Figure(name, value, unit, Goal.AT_LEAST, limit)


def percentile(values: Sequence[float], part: float) -> float:
    """The value that `part` (0..1) of the values do not pass. Raises ValueError for none."""
    if not values:
        message = "nothing was measured"
        raise ValueError(message)
    return sorted(values)[max(0, ceil(part * len(values)) - 1)]
