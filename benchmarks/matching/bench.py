"""The bars of MATCHING.md, section 8, measured on this machine against yardsticks in one run."""

from collections.abc import Iterator, Sequence

from benchmarks.figures import Figure
from benchmarks.matching.goals import GOALS, Measured
from benchmarks.matching.instances import instance_of

SEED = 11
SCALES = ("ward", "district", "province", "region")


def measure(scales: Sequence[str] = ("ward", "district")) -> list[Figure]:
    """Every figure of these scales: half a minute for a ward, some minutes for a province."""
    return [figure for scale in scales for figure in _of_scale(scale)]


def bars(scales: Sequence[str]) -> list[dict[str, object]]:
    """The figures as plain facts: name, value, unit, goal, limit, is_met."""
    return [figure.facts() for figure in measure(scales)]


def _of_scale(scale: str) -> Iterator[Figure]:
    with instance_of(scale, SEED) as given:
        seen = Measured(given)
        for goal in GOALS:
            for f in goal(seen):
                yield Figure(f"{scale}: {f.name}", f.value, f.unit, f.goal, f.limit)
