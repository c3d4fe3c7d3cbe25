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
    groups: bits. spec: index into the sides of `fit` (lines by needs). late, early, ready, gone:
    a line is in time for a need where ready <= late and early <= gone.
    """

    kind: Kind
    needs: tuple[OpenNeed, ...]
    lines: tuple[FreeLine, ...]
    need_columns: Mapping[str, Ints]
    line_columns: Mapping[str, Ints]
    fit: NDArray[np.bool_]
    cluster: Ints
    province: Ints


def encode(snapshot: Snapshot, kind: Kind, policy: PolicyRules, spec_fits: SpecFit) -> EncodedKind:
    """The columns of one kind. Needs that are barred must have been left out before."""
    needs = tuple(n for n in snapshot.needs if n.kind_code == kind.code and n.bar is None)
    lines = tuple(p for p in snapshot.lines if p.kind_code == kind.code)
    areas = _Areas(snapshot, needs, lines)
    specs = _Specs(kind, needs, lines, snapshot.declined)
    both: tuple[OpenNeed | FreeLine, ...] = (*needs, *lines)
    bits = _numbers_of({group for row in both for group in row.groups})
    programmes = _numbers_of({row.programme_id for row in both if row.programme_id})
    firsts = sorted({p.available_from for p in lines})
    lasts = sorted({p.available_to for p in lines})
    households = _numbers_of({n.household_id for n in needs})
    points = [policy.need_points(n.groups) for n in needs]
    need_columns = {
        "household": _column(households[n.household_id] for n in needs),
        "area": _column(areas.of_need(n) for n in needs),
        "spec": _column(specs.of_need(n) for n in needs),
        "groups": _column(_mask(n.groups, bits) for n in needs),
        "programme": _column(_one_up(programmes, n.programme_id) for n in needs),
        "early": _column(bisect_left(lasts, n.starts_on) for n in needs),
        "late": _column(bisect_right(firsts, n.deadline_on or NEVER_ENDS) - 1 for n in needs),
        "units": _column(n.units for n in needs),
        "score": _column(points),
        "urgency": _column(n.urgency for n in needs),
        "waiting": _column(max(0, (snapshot.on - n.waiting_since).days) for n in needs),
    }
    line_columns = {
        "area": _column(areas.of_line(p) for p in lines),
        "spec": _column(specs.of_line(p) for p in lines),
        "units": _column(p.units for p in lines),
        "groups": _column(_mask(p.groups, bits) for p in lines),
        "programme": _column(_one_up(programmes, p.programme_id) for p in lines),
        "ready": _column(bisect_left(firsts, p.available_from) for p in lines),
        "gone": _column(bisect_left(lasts, p.available_to) for p in lines),
    }
    fit = specs.table(spec_fits)
    return EncodedKind(
        kind, needs, lines, need_columns, line_columns, fit, areas.cluster, areas.province
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


class _Areas:
    """Residential groups as the leaves below wards and provinces; a line starts at its office."""

    def __init__(
        self, snapshot: Snapshot, needs: Sequence[OpenNeed], lines: Sequence[FreeLine]
    ) -> None:
        leaves = {(n.ward_code, n.group_id or "") for n in needs}
        # "~" is no id, so an office never coincides with people whose group is not known.
        leaves |= {(p.ward_code, "~") for p in lines}
        order = sorted(leaves)
        self._index = {leaf: number for number, leaf in enumerate(order)}
        wards = _numbers_of({ward for ward, _ in order})
        provinces = _numbers_of({snapshot.provinces.get(w, "") for w in wards})
        self.cluster = _column(wards[ward] for ward, _ in order)
        self.province = _column(provinces[snapshot.provinces.get(w, "")] for w, _ in order)

    def of_need(self, need: OpenNeed) -> int:
        return self._index[need.ward_code, need.group_id or ""]

    def of_line(self, line: FreeLine) -> int:
        return self._index[line.ward_code, "~"]


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
    ) -> None:
        self._kind, self._declined = kind, declined
        self._apart = {row_id for pair in declined for row_id in pair}
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
        if (need.id, line.id) in self._declined:
            return False
        pays = self._kind.model != "project" or line.unit_value >= need.cost_dong
        return pays and spec_fits(self._kind.fit, line.spec, need.spec)

    def _need_key(self, need: OpenNeed) -> Hashable:
        own = need.id if need.id in self._apart else ""
        return _key(need.spec), need.cost_dong if self._kind.model == "project" else 0, own

    def _line_key(self, line: FreeLine) -> Hashable:
        own = line.id if line.id in self._apart else ""
        return _key(line.spec), line.unit_value if self._kind.model == "project" else 0, own


def _key(spec: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, repr(value)) for name, value in spec.items()))
