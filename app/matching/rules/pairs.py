"""Which pledge line may serve which need, and which single rules keep it from doing so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Rule(StrEnum):
    """The single rules that may keep a line from a need."""

    KIND = "kind"
    SPEC = "spec"
    COST = "cost"
    WARD = "ward"
    GROUP = "group"
    PROGRAMME = "programme"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What a pledge line offers and on which terms. Empty wards or groups: for any."""

    kind_code: str
    spec: Mapping[str, object]
    unit_value: int
    wards: frozenset[str]
    groups: frozenset[str]
    programme_id: str | None
    available_from: date
    available_to: date


@dataclass(frozen=True, slots=True)
class NeedTerms:
    """What a need asks for. project_cost: đồng, if it must be paid whole by one unit."""

    kind_code: str
    spec: Mapping[str, object]
    project_cost: int | None
    ward_code: str
    groups: frozenset[str]
    programme_id: str | None
    starts_on: date
    deadline_on: date | None


SpecFit = Callable[[Mapping[str, object], Mapping[str, object]], bool]


def broken_rules(line: LineTerms, need: NeedTerms, spec_fits: SpecFit) -> list[Rule]:
    """The rules that keep the line from the need, in a fixed order; empty if it may serve."""
    if line.kind_code != need.kind_code:
        return [Rule.KIND]
    holds = {
        Rule.SPEC: spec_fits(line.spec, need.spec),
        Rule.COST: need.project_cost is None or line.unit_value >= need.project_cost,
        Rule.WARD: not line.wards or need.ward_code in line.wards,
        Rule.GROUP: not line.groups or bool(line.groups & need.groups),
        Rule.PROGRAMME: line.programme_id is None or line.programme_id == need.programme_id,
        Rule.WINDOW: _windows_meet(line, need),
    }
    return [rule for rule, ok in holds.items() if not ok]


def _windows_meet(line: LineTerms, need: NeedTerms) -> bool:
    in_time = need.deadline_on is None or line.available_from <= need.deadline_on
    return in_time and need.starts_on <= line.available_to
