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

Ints = NDArray[np.int64]
SpecFit = Callable[[Mapping[str, object], Mapping[str, object], Mapping[str, object]], bool]
NEVER_ENDS = date.max


@dataclass(frozen=True, slots=True)
class EncodedKind:
    """One support kind: parallel columns for needs and lines, int64, in the rows' order.

    area: index into `cluster` and `province` (residential groups, and each ward's own office).
    groups: bits. spec: index into the sides of `fit` (lines by needs). only: the one cluster
    that a line is meant for, -1 for any (of several wards, but not all, `fit` knows). late, early,
    ready, gone: a line is in time for a need where ready <= late and early <= gone.
    """

    kind: Kind
    needs: tuple[OpenNeed, ...]
    lines: tuple[FreeLine, ...]
    need_columns: Mapping[str, Ints]
    line_columns: Mapping[str, Ints]
    fit: NDArray[np.bool_]
    cluster: Ints
    province: Ints
    provinces: tuple[str, ...]


def encode(snapshot: Snapshot, kind: Kind, policy: PolicyRules, spec_fits: SpecFit) -> EncodedKind:
    """The columns of one kind. Needs that are barred must have been left out before."""
    needs = tuple(n for n in snapshot.needs if n.kind_code == kind.code and n.bar is None)
    lines = tuple(p for p in snapshot.lines if p.kind_code == kind.code)
    reach = _Reach(needs, lines)
    areas = _Areas(snapshot, needs, lines, reach)
    specs = _Specs(kind, needs, lines, snapshot.declined, reach)
    terms = _Terms(needs, lines)
    return EncodedKind(
        kind=kind,
        needs=needs,
        lines=lines,
        need_columns={
            "area": _column(areas.of_need(n) for n in needs),
            "spec": _column(specs.of_need(n) for n in needs),
            **terms.of_needs(snapshot.on, policy),
        },
        line_columns={
            "area": _column(areas.of_line(p) for p in lines),
            "only": _column(areas.only(p) for p in lines),
            "spec": _column(specs.of_line(p) for p in lines),
            **terms.of_lines(),
        },
        fit=specs.table(spec_fits),
        cluster=areas.cluster,
        province=areas.province,
        provinces=areas.provinces,
    )


def _column(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _numbers_of(values: Iterable[str]) -> dict[str, int]:
    """Each value's place in sorted order, so that the order of rows does not matter."""
    return {value: number for number, value in enumerate(sorted(values))}


def _mask(groups: Sequence[str], bits: Mapping[str, int]) -> int:
    return sum(1 << bits[group] for group in set(groups))


def _one_up(numbers: Mapping[str, int], value: str | None) -> int:
    """0 for none, else the value's number from 1 on."""
    return 0 if value is None else numbers[value] + 1


class _Terms:
    """What both sides ask of each other beside place and spec, and what ranks a need."""

    def __init__(self, needs: Sequence[OpenNeed], lines: Sequence[FreeLine]) -> None:
        self._needs, self._lines = needs, lines
        both: tuple[OpenNeed | FreeLine, ...] = (*needs, *lines)
        sets = {row.groups for row in both}
        bits = _numbers_of({group for groups in sets for group in groups})
        self._masks = {groups: _mask(groups, bits) for groups in sets}
        ids = {row.programme_id for row in both}
        self._programmes = _numbers_of({name for name in ids if name})
        self._firsts = sorted({p.available_from for p in lines})
        self._lasts = sorted({p.available_to for p in lines})

    def of_needs(self, on: date, policy: PolicyRules) -> dict[str, Ints]:
        needs = self._needs
        households = _numbers_of({n.household_id for n in needs})
        points = {groups: policy.need_points(groups) for groups in {n.groups for n in needs}}
        early = {day: bisect_left(self._lasts, day) for day in {n.starts_on for n in needs}}
        late = {
            day: bisect_right(self._firsts, day or NEVER_ENDS) - 1
            for day in {n.deadline_on for n in needs}
        }
        waited = {day: max(0, (on - day).days) for day in {n.waiting_since for n in needs}}
        return {
            "household": _column(households[n.household_id] for n in needs),
            "groups": _column(self._masks[n.groups] for n in needs),
            "programme": _column(_one_up(self._programmes, n.programme_id) for n in needs),
            "early": _column(early[n.starts_on] for n in needs),
            "late": _column(late[n.deadline_on] for n in needs),
            "units": _column(n.units for n in needs),
            "had": _column(n.had for n in needs),
            "score": _column(points[n.groups] for n in needs),
            "urgency": _column(n.urgency for n in needs),
            "waiting": _column(waited[n.waiting_since] for n in needs),
        }

    def of_lines(self) -> dict[str, Ints]:
        lines = self._lines
        return {
            "units": _column(p.units for p in lines),
            "groups": _column(self._masks[p.groups] for p in lines),
            "programme": _column(_one_up(self._programmes, p.programme_id) for p in lines),
            "ready": _column(bisect_left(self._firsts, p.available_from) for p in lines),
            "gone": _column(bisect_left(self._lasts, p.available_to) for p in lines),
        }


class _Areas:
    """Residential groups as the leaves below wards and provinces; a line starts at its office."""

    def __init__(
        self,
        snapshot: Snapshot,
        needs: Sequence[OpenNeed],
        lines: Sequence[FreeLine],
        reach: "_Reach",
    ) -> None:
        self._reach = reach
        leaves = {(n.ward_code, n.group_id or "") for n in needs}
        # "~" is no id, so an office never coincides with people whose group is not known.
        leaves |= {(p.ward_code, "~") for p in lines}
        leaves |= {(ward, "~") for p in lines if (ward := reach.only(p)) is not None}
        order = sorted(leaves)
        self._index = {leaf: number for number, leaf in enumerate(order)}
        self._wards = wards = _numbers_of({ward for ward, _ in order})
        provinces = _numbers_of({snapshot.provinces.get(w, "") for w in wards})
        self.provinces = tuple(sorted(provinces))
        self.cluster = _column(wards[ward] for ward, _ in order)
        self.province = _column(provinces[snapshot.provinces.get(w, "")] for w, _ in order)

    def of_need(self, need: OpenNeed) -> int:
        return self._index[need.ward_code, need.group_id or ""]

    def of_line(self, line: FreeLine) -> int:
        return self._index[line.ward_code, "~"]

    def only(self, line: FreeLine) -> int:
        """The number of the one ward that a line is for, or -1."""
        ward = self._reach.only(line)
        return -1 if ward is None else self._wards[ward]


class _Reach:
    """Which wards a line is meant for, of those that a run covers.

    One ward is a place of the solver's; several are told apart like specs. Where there is a
    single ward with needs, as in a ward's own run, every line that came this far is for it.
    """

    def __init__(self, needs: Sequence[OpenNeed], lines: Sequence[FreeLine]) -> None:
        self._here = {n.ward_code for n in needs}
        self._told_apart = {w for p in lines for w in self.several(p)}

    def only(self, line: FreeLine) -> str | None:
        """The one ward that a line is for, or None."""
        if not line.wards or self._here <= set(line.wards):
            return None
        both = self._here & set(line.wards)
        return min(both) if len(both) == 1 else min(line.wards) if not both else None

    def several(self, line: FreeLine) -> tuple[str, ...]:
        """The wards that a line is for, if they are several and not all."""
        is_free = not line.wards or self._here <= set(line.wards) or self.only(line) is not None
        return () if is_free else tuple(sorted(self._here & set(line.wards)))

    def ward_of(self, need: OpenNeed) -> str:
        """The need's ward, if it matters to a line that is for several."""
        return need.ward_code if need.ward_code in self._told_apart else ""

    def holds(self, line: FreeLine, need: OpenNeed) -> bool:
        """Whether the need lies in one of a line's several wards."""
        wards = self.several(line)
        return not wards or need.ward_code in wards


class _Specs:
    """Distinct specs of both sides. A project's cost is part of what must fit.

    A pair that was declined must not come again: its two rows get specs of their own.
    """

    def __init__(
        self,
        kind: Kind,
        needs: Sequence[OpenNeed],
        lines: Sequence[FreeLine],
        declined: frozenset[tuple[str, str]],
        reach: _Reach,
    ) -> None:
        self._kind, self._declined, self._reach = kind, declined, reach
        self._apart = {row_id for pair in declined for row_id in pair}
        # Rows of equal spec mostly share one dict; a need's rows outlive this.
        self._keys: dict[int, tuple[tuple[str, str], ...]] = {}
        self._needs = {self._need_key(n): n for n in needs}
        self._lines = {self._line_key(p): p for p in lines}
        self._need_number = {k: i for i, k in enumerate(sorted(self._needs, key=repr))}
        self._line_number = {k: i for i, k in enumerate(sorted(self._lines, key=repr))}

    def of_need(self, need: OpenNeed) -> int:
        return self._need_number[self._need_key(need)]

    def of_line(self, line: FreeLine) -> int:
        return self._line_number[self._line_key(line)]

    def table(self, spec_fits: SpecFit) -> NDArray[np.bool_]:
        """fit[line spec, need spec]."""
        found = np.zeros((len(self._lines), len(self._needs)), dtype=np.bool_)
        for line_key, i in self._line_number.items():
            line = self._lines[line_key]
            for need_key, j in self._need_number.items():
                found[i, j] = self._may_serve(line, self._needs[need_key], spec_fits)
        return found

    def _may_serve(self, line: FreeLine, need: OpenNeed, spec_fits: SpecFit) -> bool:
        if (need.id, line.id) in self._declined or not self._reach.holds(line, need):
            return False
        pays = self._kind.model != "project" or line.unit_value >= need.cost_dong
        return pays and spec_fits(self._kind.fit, line.spec, need.spec)

    def _need_key(self, need: OpenNeed) -> Hashable:
        own = need.id if need.id in self._apart else ""
        cost = need.cost_dong if self._kind.model == "project" else 0
        return self._key(need.spec), cost, own, self._reach.ward_of(need)

    def _line_key(self, line: FreeLine) -> Hashable:
        own = line.id if line.id in self._apart else ""
        value = line.unit_value if self._kind.model == "project" else 0
        return self._key(line.spec), value, own, self._reach.several(line)

    def _key(self, spec: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        found = self._keys.get(id(spec))
        if found is None:
            found = self._keys[id(spec)] = _key(spec)
        return found


def _key(spec: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, repr(value)) for name, value in spec.items()))
