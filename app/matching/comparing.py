"""One past under two policies: who would gain, who would lose, and how even each is. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.matching import snapshot
from app.matching.figures import gini, price_of
from app.matching.packing import under
from app.matching.rules.policy import TIER_NAMES, PolicyRules
from app.matching.rules.results import RunResult
from app.matching.rules.shares import PAID_TOGETHER
from app.matching.rules.snapshot import OpenNeed, Snapshot

MOST_SHOWN = 100
SIDES = ("before", "after")
TABLES = ("wards", "kinds", "areas", "safe_groups")
Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Side:
    """One policy over one past: what each need got, and the run's figures."""

    policy: PolicyRules
    result: RunResult
    served: Mapping[str, int]
    price: Mapping[str, float]


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
    unfloored = snapshot.without_floor(view, policy)
    price = price_of([result.figures], snapshot.evenest_of(view, policy), policy, unfloored)
    return Side(policy, result, served, price)


class Comparing:
    """Adds up, past by past, what would change between the two sides; keeps no past.

    named: also which needs gain and which lose; else only how many.
    """

    def __init__(self, *, named: bool) -> None:
        self.pasts = 0
        self._moved: list[Facts] | None = [] if named else None
        self._tables: dict[str, dict[str, Counter[str]]] = {
            name: defaultdict(Counter) for name in TABLES
        }
        self._certified = True
        self._sums = {name: Sums() for name in SIDES}

    def add(self, seen: Snapshot, before: Side, after: Side) -> None:
        """Count one past, solved under both policies."""
        self.pasts += 1
        self._certified = self._certified and before.result.certified and after.result.certified
        for name, side in zip(SIDES, (before, after), strict=True):
            self._sums[name].add(seen, side)
        for need in seen.needs:
            got = {"before": before.served.get(need.id, 0), "after": after.served.get(need.id, 0)}
            more = got["after"] - got["before"]
            row = {"asked": need.units, **got, "gained": int(more > 0), "lost": int(more < 0)}
            self._count(need, row)
            if more and self._moved is not None:
                moved = _moved(seen, need, (before.policy, after.policy))
                self._moved.append({**moved, "asked": need.units, **got})

    def _count(self, need: OpenNeed, row: Mapping[str, int]) -> None:
        self._tables["wards"][need.ward_code].update(row)
        self._tables["kinds"][need.kind_code].update(row)
        self._tables["areas"][need.group_id or ""].update(row)
        for group in need.groups:
            self._tables["safe_groups"][group].update(row)

    def facts(self) -> Facts:
        """What would change. Units everywhere, but for gained and lost: numbers of needs.

        gained and lost: where named, the needs that get more or fewer, most urgent first by the
        second policy's points, at most MOST_SHOWN each; their numbers are whole. Evenness is that
        between wards, or between the residential groups of a single one.
        """
        wards = self._tables["wards"]
        places = wards if len(wards) > 1 else self._tables["areas"]
        return {
            "totals": {name: sums.facts(name, places) for name, sums in self._sums.items()},
            **self._named(),
            "gained_count": sum(row["gained"] for row in wards.values()),
            "lost_count": sum(row["lost"] for row in wards.values()),
            "certified": self._certified,
            "runs": self.pasts,
            **{name: _listed(self._tables[name]) for name in ("wards", "kinds", "safe_groups")},
            "areas": _listed(places) if len(wards) <= 1 else [],
        }

    def _named(self) -> Facts:
        if self._moved is None:
            return {}
        rows = sorted(self._moved, key=lambda r: (-int(str(r["composite"])), str(r["need"])))
        gained = [r for r in rows if int(str(r["after"])) > int(str(r["before"]))]
        lost = [r for r in rows if int(str(r["after"])) < int(str(r["before"]))]
        return {"gained": gained[:MOST_SHOWN], "lost": lost[:MOST_SHOWN]}


class Sums:
    """What one policy comes to over all pasts."""

    def __init__(self) -> None:
        self._units = self._needs = 0
        self._best = self._evenest = self._unfloored = 0.0
        self._households: set[str] = set()

    def add(self, seen: Snapshot, side: Side) -> None:
        """Count one past."""
        self._units += sum(side.served.values())
        self._needs += len(side.served)
        self._households |= {n.household_id for n in seen.needs if side.served.get(n.id)}
        self._best += side.price["best"]
        self._evenest += side.price["evenest"]
        self._unfloored += side.price.get("unfloored", side.price["best"])

    def facts(self, name: str, places: Mapping[str, Counter[str]]) -> Facts:
        """The sums; a household that several pasts serve counts once.

        price: the part of the first level that evenness first would cost; floor_price: the part
        that the policy's floor does cost.
        """
        rates = [row[name] / row["asked"] for row in places.values() if row["asked"]]
        return {
            "units": self._units,
            "needs": self._needs,
            "households": len(self._households),
            "least": round(min(rates, default=0.0), 4),
            "gini": round(gini(rates), 4),
            "price": round(1 - self._evenest / self._best, 4) if self._best else 0.0,
            "floor_price": round(1 - self._best / self._unfloored, 4) if self._best else 0.0,
        }


def compared(pasts: Iterable[tuple[Snapshot, Side, Side]]) -> Facts:
    """What would change over some pasts, with the needs that gain and lose (Comparing.facts)."""
    comparing = Comparing(named=True)
    for past in pasts:
        comparing.add(*past)
    return comparing.facts()


def _listed(table: Mapping[str, Counter[str]]) -> list[Facts]:
    return [{"id": name, **table[name]} for name in sorted(table)]


def _moved(seen: Snapshot, need: OpenNeed, policies: tuple[PolicyRules, PolicyRules]) -> Facts:
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
    }
