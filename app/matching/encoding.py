"""Rows become whole numbers: one kind of a snapshot as the columns that the solver works on.

Lossless: two rows get equal numbers only where no rule can tell them apart.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.matching.rules.policy import PolicyRules
from app.matching.rules.snapshot import FreeLine, Kind, OpenNeed, Snapshot
from app.matching.rules.table import Bools, Column, Ints, Table, together
from app.matching.solver.problem import BY_PEOPLE, BY_PLACE

SpecFit = Callable[[Mapping[str, object], Mapping[str, object], Mapping[str, object]], bool]
NEVER_ENDS = date.max
# "~" is no id, so an office never coincides with people whose group is not known.
OFFICE = "~"


@dataclass(frozen=True, slots=True)
class EncodedKind:
    """One support kind: parallel columns for needs and lines, int64, in the rows' order.

    need_rows, line_rows: the rows of the snapshot that these are.
    area: index into `cluster` and `province` (residential groups, and each ward's own office).
    groups: bits. spec: index into the sides of `fit` (lines by needs). only: the one cluster
    that a line is meant for, -1 for any (of several wards, but not all, `fit` knows, and `apart`
    says that it is they: Problem.apart). late, early, ready, gone: a line is in time for a need
    where ready <= late and early <= gone.
    """

    kind: Kind
    needs: Table[OpenNeed]
    lines: Table[FreeLine]
    need_rows: Ints
    line_rows: Ints
    need_columns: Mapping[str, Ints]
    line_columns: Mapping[str, Ints]
    fit: NDArray[np.bool_]
    apart: NDArray[np.int8]
    cluster: Ints
    province: Ints
    provinces: tuple[str, ...]


def encode(snapshot: Snapshot, kind: Kind, policy: PolicyRules, spec_fits: SpecFit) -> EncodedKind:
    """The columns of one kind. Needs that are barred are left out."""
    need_rows = np.flatnonzero(_of_kind(snapshot.needs, kind) & is_free(snapshot.needs))
    line_rows = np.flatnonzero(_of_kind(snapshot.lines, kind))
    needs, lines = snapshot.needs.take(need_rows), snapshot.lines.take(line_rows)
    reach = _Reach(needs, lines)
    areas = _Areas(snapshot, needs, lines, reach)
    specs = _Specs(kind, needs, lines, snapshot.declined, reach)
    terms = _Terms(needs, lines)
    fit, apart = specs.tables(spec_fits)
    return EncodedKind(
        kind=kind,
        needs=needs,
        lines=lines,
        need_rows=need_rows,
        line_rows=line_rows,
        need_columns={
            "area": areas.of_needs,
            "spec": specs.of_needs,
            **terms.of_needs(snapshot.on, policy),
        },
        line_columns={
            "area": areas.of_lines,
            "only": areas.only,
            "spec": specs.of_lines,
            **terms.of_lines(),
        },
        fit=fit,
        apart=apart,
        cluster=areas.cluster,
        province=areas.province,
        provinces=areas.provinces,
    )


def _of_kind(rows: Table[OpenNeed] | Table[FreeLine], kind: Kind) -> Bools:
    return rows.column("kind_code").ints(kind.code.__eq__).astype(np.bool_)


def is_free(needs: Table[OpenNeed]) -> Bools:
    """The needs that nothing bars from getting something now."""
    return needs.column("bar").ints(lambda bar: bar is None).astype(np.bool_)


def _numbers_of(values: Iterable[str]) -> dict[str, int]:
    """Each value's place in sorted order, so that the order of rows does not matter."""
    return {value: number for number, value in enumerate(sorted(values))}


def _mask(groups: Sequence[str], bits: Mapping[str, int]) -> int:
    return sum(1 << bits[group] for group in set(groups))


class _Terms:
    """What both sides ask of each other beside place and spec, and what ranks a need."""

    def __init__(self, needs: Table[OpenNeed], lines: Table[FreeLine]) -> None:
        self._needs, self._lines = needs, lines
        both = {*needs.column("groups").values, *lines.column("groups").values}
        bits = _numbers_of({group for groups in both for group in groups})
        self._masks = {groups: _mask(groups, bits) for groups in both}
        ids = {*needs.column("programme_id").values, *lines.column("programme_id").values}
        # 0 is no programme.
        self._programmes = {n: i + 1 for n, i in _numbers_of(filter(None, ids)).items()}
        self._firsts = sorted(lines.column("available_from").values)
        self._lasts = sorted(lines.column("available_to").values)

    def of_needs(self, on: date, policy: PolicyRules) -> dict[str, Ints]:
        needs, firsts, lasts = self._needs, self._firsts, self._lasts
        ends = needs.column("deadline_on").map(lambda day: day or NEVER_ENDS)
        return {
            "household": needs.column("household_id").codes,
            "groups": needs.column("groups").ints(self._masks.__getitem__),
            "programme": self._programme(needs.column("programme_id")),
            "early": needs.column("starts_on").ints(lambda day: bisect_left(lasts, day)),
            "late": ends.ints(lambda day: bisect_right(firsts, day) - 1),
            "units": needs.ints("units"),
            "had": needs.ints("had"),
            "score": needs.column("groups").ints(policy.need_points),
            "urgency": needs.ints("urgency"),
            "waiting": needs.column("waiting_since").ints(lambda day: max(0, (on - day).days)),
        }

    def of_lines(self) -> dict[str, Ints]:
        lines = self._lines
        ready, gone = lines.column("available_from"), lines.column("available_to")
        return {
            "units": lines.ints("units"),
            "groups": lines.column("groups").ints(self._masks.__getitem__),
            "programme": self._programme(lines.column("programme_id")),
            "ready": ready.ints(lambda day: bisect_left(self._firsts, day)),
            "gone": gone.ints(lambda day: bisect_left(self._lasts, day)),
        }

    def _programme(self, ids: Column[str | None]) -> Ints:
        return ids.ints(lambda name: self._programmes.get(name or "", 0))


class _Areas:
    """Residential groups as the leaves below wards and provinces; a line starts at its office."""

    def __init__(
        self,
        snapshot: Snapshot,
        needs: Table[OpenNeed],
        lines: Table[FreeLine],
        reach: "_Reach",
    ) -> None:
        groups = needs.column("group_id").map(lambda group: group or "")
        homes = together(needs.column("ward_code"), groups)
        offices = lines.column("ward_code")
        leaves = {*homes.values, *((ward, OFFICE) for ward in offices.values)}
        leaves |= {(ward, OFFICE) for ward in reach.only.values if ward is not None}
        order = sorted(leaves)
        index = {leaf: number for number, leaf in enumerate(order)}
        wards = _numbers_of({ward for ward, _ in order})
        home = [snapshot.provinces.get(ward, "") for ward, _ in order]
        provinces = _numbers_of(home)
        self.provinces = tuple(sorted(provinces))
        self.cluster = np.array([wards[ward] for ward, _ in order], dtype=np.int64)
        self.province = np.array([provinces[name] for name in home], dtype=np.int64)
        self.of_needs = homes.ints(index.__getitem__)
        self.of_lines = offices.ints(lambda ward: index[ward, OFFICE])
        self.only = reach.only.ints(lambda ward: -1 if ward is None else wards[ward])


class _Reach:
    """Which wards a line is meant for, of those that a run covers.

    One ward is a place of the solver's; several are told apart like specs. Where there is a
    single ward with needs, as in a ward's own run, every line that came this far is for it.
    only: for each line the one ward that it is for, or None. several: the wards that a line is
    for, if they are several and not all. ward: of each need, if it matters to such a line.
    """

    def __init__(self, needs: Table[OpenNeed], lines: Table[FreeLine]) -> None:
        self._here = frozenset(needs.column("ward_code").values)
        meant = lines.column("wards")
        self.only: Column[str | None] = meant.map(self._only)
        self.several: Column[tuple[str, ...]] = meant.map(self._several).distinct()
        apart = {ward for wards in self.several.values for ward in wards}
        self.ward: Column[str] = (
            needs.column("ward_code").map(lambda ward: ward if ward in apart else "").distinct()
        )

    def _only(self, wards: tuple[str, ...]) -> str | None:
        if not wards or self._here <= set(wards):
            return None
        both = self._here & set(wards)
        return min(both) if len(both) == 1 else min(wards) if not both else None

    def _several(self, wards: tuple[str, ...]) -> tuple[str, ...]:
        is_free = not wards or self._here <= set(wards) or self._only(wards) is not None
        return () if is_free else tuple(sorted(self._here & set(wards)))


class _Specs:
    """Distinct specs of both sides. A project's cost is part of what must fit.

    A pair that was declined must not come again: its two rows get specs of their own.
    """

    def __init__(
        self,
        kind: Kind,
        needs: Table[OpenNeed],
        lines: Table[FreeLine],
        declined: frozenset[tuple[str, str]],
        reach: _Reach,
    ) -> None:
        self._kind, self._declined = kind, declined
        apart = {row_id for pair in declined for row_id in pair}
        is_project = kind.model == "project"
        self._needs, self.of_needs = _numbered(
            needs, apart, needs.column("cost_dong") if is_project else None, reach.ward
        )
        self._lines, self.of_lines = _numbered(
            lines, apart, lines.column("unit_value") if is_project else None, reach.several
        )

    def tables(self, spec_fits: SpecFit) -> tuple[NDArray[np.bool_], NDArray[np.int8]]:
        """fit[line spec, need spec], and why it denies what the specs themselves allow."""
        found = np.zeros((len(self._lines), len(self._needs)), dtype=np.bool_)
        apart = np.zeros(found.shape, dtype=np.int8)
        for i, line in enumerate(self._lines):
            for j, need in enumerate(self._needs):
                if line.money >= need.money and spec_fits(self._kind.fit, line.spec, need.spec):
                    apart[i, j] = self._apart(line, need)
                    found[i, j] = not apart[i, j]
        return found, apart

    def _apart(self, line: "_Spec", need: "_Spec") -> int:
        if (need.own, line.own) in self._declined:
            return BY_PEOPLE
        return BY_PLACE if line.place and need.place not in line.place else 0


@dataclass(frozen=True, slots=True)
class _Spec:
    """A spec of one side. money: what a project costs, or a line is worth, else 0.

    own: the row's id, if it is told apart. place: a need's ward, or a line's several, if they are.
    """

    spec: Mapping[str, object]
    money: int
    own: str
    place: str | tuple[str, ...]


def _numbered(
    rows: Table[OpenNeed] | Table[FreeLine],
    apart: set[str],
    money: Column[int] | None,
    place: Column[str] | Column[tuple[str, ...]],
) -> tuple[list[_Spec], Ints]:
    """The distinct specs in an order that the rows' own does not change, and each row's place."""
    specs = rows.column("spec")
    keys = specs.map(_key).distinct()
    nothing = Column.of_one(0, len(rows)) if money is None else money
    own = rows.column("id").map(lambda row: row if row in apart else "").distinct()
    every = together(keys, nothing, own, place)
    known = {key: specs.values[at] for at, key in enumerate(map(_key, specs.values))}
    order = sorted(every.values, key=repr)
    number = {value: place for place, value in enumerate(order)}
    return [_Spec(known[key], *rest) for key, *rest in order], every.ints(number.__getitem__)


def _key(spec: Mapping[str, object]) -> Hashable:
    return tuple(sorted((name, repr(value)) for name, value in spec.items()))
