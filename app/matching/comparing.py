"""One past under two policies: who would gain, who would lose, and how even each is. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from app.matching import snapshot
from app.matching.figures import price_of
from app.matching.packing import under
from app.matching.rules.policy import TIER_NAMES, PolicyRules
from app.matching.rules.results import RunResult
from app.matching.rules.shares import PAID_TOGETHER
from app.matching.rules.snapshot import OpenNeed, Snapshot

MOST_SHOWN = 100
Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Side:
    """One policy over one past: what each need got, and the run's figures."""

    policy: PolicyRules
    result: RunResult
    served: Mapping[str, int]
    price: Mapping[str, int]


def solved_under(seen: Snapshot, policy: PolicyRules) -> Side:
    """Replay a snapshot. Raises solver.CannotSolve. Changes nothing."""
    view = under(seen, policy)
    result = snapshot.solve(view, policy, explain_needs=False)
    served: Counter[str] = Counter()
    for row in result.proposals:
        if row.reason["code"] == PAID_TOGETHER:
            served[row.need_id] = 1
        else:
            served[row.need_id] += row.units
    price = price_of([result.figures], snapshot.evenest_of(view, policy), policy)
    return Side(policy, result, served, price)


def compared(pasts: Iterable[tuple[Snapshot, Side, Side]]) -> Facts:
    """What would change between the two sides, over one past or several, as plain facts.

    Units everywhere. gained and lost: the needs that get more or fewer, most urgent first by the
    second policy's points, at most MOST_SHOWN each; their numbers are whole.
    """
    moved: list[Facts] = []
    tables: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    totals: dict[str, Facts] = {}
    every = list(pasts)
    for seen, before, after in every:
        for need in seen.needs:
            row = {"asked": need.units, "before": before.served.get(need.id, 0)}
            row["after"] = after.served.get(need.id, 0)
            _count(tables, need, row)
            if row["before"] != row["after"]:
                moved.append(_moved(seen, need, row, (before.policy, after.policy)))
    for side, name in ((1, "before"), (2, "after")):
        totals[name] = _totals([cast("Side", past[side]) for past in every])
    moved.sort(key=lambda row: (-int(str(row["composite"])), str(row["need"])))
    gained = [row for row in moved if int(str(row["after"])) > int(str(row["before"]))]
    lost = [row for row in moved if int(str(row["after"])) < int(str(row["before"]))]
    return {
        "totals": totals,
        "gained": gained[:MOST_SHOWN],
        "lost": lost[:MOST_SHOWN],
        "gained_count": len(gained),
        "lost_count": len(lost),
        "certified": all(b.result.certified and a.result.certified for _, b, a in every),
        "runs": len(every),
        **{name: _listed(table) for name, table in tables.items()},
    }


def _count(
    tables: dict[str, dict[str, Counter[str]]], need: OpenNeed, row: Mapping[str, int]
) -> None:
    tables["wards"][need.ward_code].update(row)
    tables["kinds"][need.kind_code].update(row)
    tables["areas"][need.group_id or ""].update(row)
    for group in need.groups:
        tables["safe_groups"][group].update(row)


def _listed(table: Mapping[str, Counter[str]]) -> list[Facts]:
    return [{"id": name, **table[name]} for name in sorted(table)]


def _moved(
    seen: Snapshot,
    need: OpenNeed,
    row: Mapping[str, int],
    policies: tuple[PolicyRules, PolicyRules],
) -> Facts:
    waited = max(0, (seen.on - need.waiting_since).days)
    points = [p.composite(p.need_points(need.groups), need.urgency, waited) for p in policies]
    tiers = [TIER_NAMES[p.tier(n)] for p, n in zip(policies, points, strict=True)]
    return {
        "need": need.code,
        "need_id": need.id,
        "kind": need.kind_code,
        "groups": list(need.groups),
        "composite": points[1],
        "tier_before": tiers[0],
        "tier_after": tiers[1],
        **row,
    }


def _totals(sides: Sequence[Side]) -> Facts:
    figures = [side.result.figures for side in sides]
    fairness = [cast("Mapping[str, float]", f["fairness"]) for f in figures]
    best, evenest = (sum(side.price[name] for side in sides) for name in ("best", "evenest"))
    return {
        "units": sum(sum(side.served.values()) for side in sides),
        "needs": sum(len(side.served) for side in sides),
        "households": sum(cast("int", f["households"]) for f in figures),
        "least": min((f["least"] for f in fairness), default=0.0),
        "gini": round(sum(f["gini"] for f in fairness) / len(fairness), 4) if fairness else 0.0,
        "price": round(1 - evenest / best, 4) if best else 0.0,
    }
