"""The figures that a run shows: how much was asked, offered and proposed, and how evenly."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar, cast

import numpy as np

from app.matching.cofunding import CoFunding
from app.matching.encoding import EncodedKind
from app.matching.rules.policy import PolicyRules
from app.matching.rules.snapshot import Snapshot
from app.matching.rules.table import Column, Ints
from app.matching.solving import KindPlan

T = TypeVar("T")
COUNTS = ("needs", "asked", "lines", "offered", "proposed", "barred")


def figures_of(
    seen: Snapshot,
    parts: Sequence[tuple[EncodedKind, KindPlan]],
    barred: int,
    funded: CoFunding | None = None,
) -> dict[str, object]:
    """What a run's page shows. Units everywhere; areas and groups count each need that is theirs.

    fairness: the least coverage of a residential group with any need, and Gini over them.
    """
    needs, lines = seen.needs, seen.lines
    asked = needs.ints("units")
    served = _served(len(needs), parts)
    kinds = {kind.kind.code: _of_kind(kind, plan) for kind, plan in parts}
    if funded is not None and funded.paid:
        is_paid = needs.column("id").ints(funded.paid.__contains__).astype(np.bool_)
        served = np.where(is_paid, asked, served)
        for code, units in _by_value(needs.column("kind_code").take(np.flatnonzero(is_paid)),
                                     asked[is_paid]).items():  # fmt: skip
            kinds[code]["proposed"] += units  # type: ignore[operator]  # a count.
    areas = _coverage(_areas(seen), asked, served)
    got = np.unique(needs.column("household_id").codes[served > 0])
    rates = [row["proposed"] / row["asked"] for row in areas if row["asked"]]  # type: ignore[operator]  # both are counts.
    return {
        "needs": len(needs),
        "asked": int(asked.sum()),
        "lines": len(lines),
        "offered": int(lines.ints("units").sum()),
        "proposed": int(served.sum()),
        "households": len(got),
        "barred": barred,
        "kinds": kinds,
        "areas": areas,
        "safe_groups": _of_groups(needs.column("groups"), asked, served),
        "projects": dict(funded.figures) if funded is not None else {},
        "fairness": {"least": round(min(rates, default=0.0), 4), "gini": round(gini(rates), 4)},
    }


def _served(needs: int, parts: Iterable[tuple[EncodedKind, KindPlan]]) -> Ints:
    """Units proposed for each need of the snapshot."""
    served = np.zeros(needs, dtype=np.int64)
    for kind, plan in parts:
        np.add.at(served, kind.need_rows[plan.need], plan.units)
    return served


def _of_kind(kind: EncodedKind, plan: KindPlan) -> dict[str, object]:
    floor = {} if plan.floor is None else {"floor": plan.floor}
    return {
        "asked": int(kind.need_columns["units"].sum()),
        "offered": int(kind.line_columns["units"].sum()),
        "proposed": int(plan.units.sum()),
        "levels": list(plan.levels),
        **floor,
    }


def _areas(seen: Snapshot) -> Column[str]:
    if seen.by_ward:
        return seen.needs.column("ward_code")
    return seen.needs.column("group_id").map(lambda group: group or "").distinct()


def _coverage(names: Column[str], asked: Ints, served: Ints) -> list[dict[str, object]]:
    wanted, given = _by_value(names, asked), _by_value(names, served)
    return [{"id": n, "asked": wanted[n], "proposed": given[n]} for n in sorted(wanted)]


def _of_groups(
    groups: Column[tuple[str, ...]], asked: Ints, served: Ints
) -> list[dict[str, object]]:
    """As _coverage(); a household of several groups counts in each."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wanted, given = _by_value(groups, asked), _by_value(groups, served)
    for names, units in wanted.items():
        for name in names:
            counts[name].update({"asked": units, "proposed": given[names]})
    return [{"id": name, **counts[name]} for name in sorted(counts)]


def _by_value(column: Column[T], units: Ints) -> dict[T, int]:
    """The units of each value that some row has."""
    used = np.bincount(column.codes, minlength=len(column.values)).tolist()
    total = np.bincount(column.codes, units, len(column.values)).astype(np.int64).tolist()
    rows = zip(column.values, used, total, strict=True)
    return {value: units for value, count, units in rows if count}


def price_of(
    seen: Sequence[Mapping[str, object]],
    evenest: int,
    policy: PolicyRules,
    without_floor: Sequence[Mapping[str, object]] = (),
) -> dict[str, float]:
    """What even coverage would cost if it came before priority, in first-level points.

    seen: the figures of the run, or of each of its parts. best: of their plans; evenest: of the
    best plans with evenness first; first: what the first unit of a household of the first tier is
    worth, last: of the last tier. without_floor: the same figures if the policy's floor were none,
    where it has one: then also what the plans would be worth (unfloored), and how even they would
    be, to be read beside the run's own fairness.
    """
    first, last = (policy.tier_weights[k] * policy.step_weights[0] for k in (0, -1))
    price: dict[str, float] = {"best": _priority(seen), "evenest": evenest}
    price |= {"first": first, "last": last}
    if not without_floor:
        return price
    even = cast("Mapping[str, float]", together(without_floor)["fairness"])
    return {
        **price,
        "unfloored": _priority(without_floor),
        **{f"{name}_unfloored": value for name, value in even.items()},
    }


def _priority(seen: Sequence[Mapping[str, object]]) -> int:
    return sum(kind["levels"][0] for figures in seen for kind in _plans(figures))


def _plans(figures: Mapping[str, object]) -> Iterable[Mapping[str, Sequence[int]]]:
    return cast("Mapping[str, Mapping[str, Sequence[int]]]", figures.get("kinds", {})).values()


def gini(rates: Sequence[float]) -> float:
    """The Gini coefficient of rates (>= 0): 0 if all are equal, towards 1 if one has all."""
    total, count = sum(rates), len(rates)
    if not total:
        return 0.0
    ranked = sum(place * rate for place, rate in enumerate(sorted(rates), start=1))
    return 2 * ranked / (count * total) - (count + 1) / count


def together(seen: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The figures of all parts of a run in one, but for the households, which may ask for more."""
    areas = _summed(seen, "areas")
    rates = [row["proposed"] / row["asked"] for row in areas if row["asked"]]  # type: ignore[operator]  # both are counts.
    return {
        **{name: sum(_whole(f, name) for f in seen) for name in COUNTS},
        "kinds": _kinds(seen),
        "areas": areas,
        "safe_groups": _summed(seen, "safe_groups"),
        "fairness": {"least": round(min(rates, default=0.0), 4), "gini": round(gini(rates), 4)},
        "seconds": {"solve": round(sum(_seconds(f) for f in seen), 3)},
    }


def _whole(figures: Mapping[str, object], name: str) -> int:
    return cast("int", figures.get(name, 0))


def _seconds(figures: Mapping[str, object]) -> float:
    return cast("Mapping[str, float]", figures.get("seconds", {})).get("solve", 0.0)


def _kinds(seen: Iterable[Mapping[str, object]]) -> dict[str, dict[str, int]]:
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for figures in seen:
        for code, row in cast("Mapping[str, Mapping[str, int]]", figures.get("kinds", {})).items():
            kinds[code].update({k: row[k] for k in ("asked", "offered", "proposed")})
    return {code: dict(row) for code, row in sorted(kinds.items())}


def _summed(seen: Iterable[Mapping[str, object]], name: str) -> list[dict[str, object]]:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for figures in seen:
        for row in cast("Sequence[Mapping[str, object]]", figures.get(name, ())):
            counts = {k: cast("int", row[k]) for k in ("asked", "proposed")}
            rows[str(row["id"])].update(counts)
    return [{"id": name, **counts} for name, counts in sorted(rows.items())]
