"""The figures that a run shows: how much was asked, offered and proposed, and how evenly."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from app.matching.cofunding import CoFunding
from app.matching.encoding import EncodedKind
from app.matching.rules.policy import PolicyRules
from app.matching.rules.snapshot import Snapshot
from app.matching.solving import KindPlan

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
    served = _served(parts)
    kinds = {kind.kind.code: _of_kind(kind, plan) for kind, plan in parts}
    for need in seen.needs:
        if funded is not None and need.id in funded.paid:
            served[need.id] = need.units
            kinds[need.kind_code]["proposed"] += need.units  # type: ignore[operator]  # a count.
    areas = _coverage(
        (n.ward_code if seen.by_ward else n.group_id or "", n.units, served.get(n.id, 0))
        for n in seen.needs
    )
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
        "projects": dict(funded.figures) if funded is not None else {},
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


def price_of(
    seen: Sequence[Mapping[str, object]], evenest: int, policy: PolicyRules
) -> dict[str, int]:
    """What even coverage would cost if it came before priority, in first-level points.

    seen: the figures of the run, or of each of its parts. best: of their plans; evenest: of the
    best plans with evenness first; first: what the first unit of a household of the first tier is
    worth, last: of the last tier.
    """
    kinds = [kind for figures in seen for kind in _plans(figures)]
    best = sum(kind["levels"][0] for kind in kinds)
    first, last = (policy.tier_weights[k] * policy.step_weights[0] for k in (0, -1))
    return {"best": best, "evenest": evenest, "first": first, "last": last}


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
