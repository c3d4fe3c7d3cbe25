"""The figures that a run shows: how much was asked, offered and proposed, and how evenly."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.matching.encoding import EncodedKind
from app.matching.rules.snapshot import Snapshot
from app.matching.solving import KindPlan


def figures_of(
    seen: Snapshot, parts: Sequence[tuple[EncodedKind, KindPlan]], barred: int
) -> dict[str, object]:
    """What a run's page shows. Units everywhere; areas and groups count each need that is theirs.

    fairness: the least coverage of a residential group with any need, and Gini over them.
    """
    served = _served(parts)
    kinds = {kind.kind.code: _of_kind(kind, plan) for kind, plan in parts}
    areas = _coverage((n.group_id or "", n.units, served.get(n.id, 0)) for n in seen.needs)
    groups = _coverage(
        (group, n.units, served.get(n.id, 0)) for n in seen.needs for group in n.groups
    )
    households = {n.household_id for n in seen.needs if served.get(n.id)}
    rates = [row["proposed"] / row["asked"] for row in areas if row["asked"]]  # type: ignore[operator]  # both are counts.
    return {
        "needs": len(seen.needs),
        "asked": sum(n.units for n in seen.needs),
        "lines": len(seen.lines),
        "offered": sum(p.units for p in seen.lines),
        "proposed": sum(served.values()),
        "households": len(households),
        "barred": barred,
        "kinds": kinds,
        "areas": areas,
        "safe_groups": groups,
        "fairness": {"least": round(min(rates, default=0.0), 4), "gini": round(gini(rates), 4)},
    }


def _served(parts: Iterable[tuple[EncodedKind, KindPlan]]) -> dict[str, int]:
    """Need -> units proposed for it."""
    served: dict[str, int] = defaultdict(int)
    for kind, plan in parts:
        for place, units in zip(plan.need, plan.units, strict=True):
            served[kind.needs[place].id] += int(units)
    return dict(served)


def _of_kind(kind: EncodedKind, plan: KindPlan) -> dict[str, object]:
    return {
        "asked": sum(n.units for n in kind.needs),
        "offered": sum(p.units for p in kind.lines),
        "proposed": int(plan.units.sum()),
        "levels": list(plan.levels),
    }


def _coverage(rows: Iterable[tuple[str, int, int]]) -> list[dict[str, object]]:
    asked: dict[str, int] = defaultdict(int)
    proposed: dict[str, int] = defaultdict(int)
    for name, units, got in rows:
        asked[name] += units
        proposed[name] += got
    return [{"id": n, "asked": asked[n], "proposed": proposed[n]} for n in sorted(asked)]


def gini(rates: Sequence[float]) -> float:
    """The Gini coefficient of rates (>= 0): 0 if all are equal, towards 1 if one has all."""
    total, count = sum(rates), len(rates)
    if not total:
        return 0.0
    ranked = sum(place * rate for place, rate in enumerate(sorted(rates), start=1))
    return 2 * ranked / (count * total) - (count + 1) / count
