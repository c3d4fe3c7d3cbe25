"""What a run sees: open needs and free units of one moment, as plain rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.matching.rules.policy import KindRule
from app.matching.rules.table import Table


class OpenNeed(NamedTuple):
    """An approved need that lacks `units`. had: those it was given or is promised already.

    A row of a Table, as a province has a quarter of a million of them. bar: why it may get nothing
    now, as a code, or None.
    """

    id: str
    code: str
    ward_code: str
    group_id: str | None
    household_id: str
    member_id: str | None
    kind_code: str
    spec: Mapping[str, object]
    units: int
    cost_dong: int
    urgency: int
    starts_on: date
    deadline_on: date | None
    programme_id: str | None
    once_in_programme: bool
    groups: tuple[str, ...]
    waiting_since: date
    bar: str | None = None
    had: int = 0


class FreeLine(NamedTuple):
    """An open pledge line with `units` free, meant for at least one ward of the run."""

    id: str
    pledge_id: str
    pledge_code: str
    ward_code: str
    kind_code: str
    spec: Mapping[str, object]
    units: int
    unit_value: int
    wards: tuple[str, ...]
    groups: tuple[str, ...]
    programme_id: str | None
    available_from: date
    available_to: date


# Models of kinds that are solved together: projects, and the money for them.
CO_FUNDED = frozenset({"project", "money"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A support kind as the solver needs it."""

    code: str
    model: str
    fit: Mapping[str, object]
    rule: KindRule


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that one run decides on, read in one transaction.

    provinces: ward code -> province code, for the run's wards and every line's origin.
    pending: (need, line) -> units that current runs propose and nobody has decided.
    declined: (need, line) pairs that a person has turned down; they are not proposed again.
    by_ward: areas are told as wards, not as a ward's residential groups.
    """

    on: date
    needs: Table[OpenNeed]
    lines: Table[FreeLine]
    kinds: Mapping[str, Kind]
    provinces: Mapping[str, str] = field(default_factory=dict)
    pending: Mapping[tuple[str, str], int] = field(default_factory=dict)
    declined: frozenset[tuple[str, str]] = frozenset()
    by_ward: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run covers.

    kind_code: only that kind, or if it is a project or money for projects, all of those.
    pledge_id or need_id: only that pledge's lines, or that need, beside what is proposed already.
    """

    wards: frozenset[str]
    on: date
    pledge_id: str | None = None
    kind_code: str | None = None
    need_id: str | None = None

    @property
    def is_arrival(self) -> bool:
        """Whether it is one pledge or one need, for which nothing proposed is moved."""
        return self.pledge_id is not None or self.need_id is not None
