"""Why this household, why not that one: the solver's reasons, as codes and facts of the trade."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.matching.encoding import EncodedKind, Ints
from app.matching.rules.pairs import Rule
from app.matching.rules.policy import TIER_NAMES
from app.matching.solver import NeedReason, Why
from app.matching.solving import KindPlan

Reason = dict[str, object]
NO_COMPOSITE = 2**31
RULES = {
    "spec": Rule.SPEC,
    "groups": Rule.GROUP,
    "programme": Rule.PROGRAMME,
    "window": Rule.WINDOW,
    "area": Rule.WARD,
}


class Explanation:
    """The reasons of one kind's plan. Equal reasons are one and the same dict."""

    def __init__(self, kind: EncodedKind, plan: KindPlan) -> None:
        self._kind, self._plan = kind, plan
        self.served = np.bincount(plan.need, plan.units, len(kind.needs)).astype(np.int64)
        self.placed = np.bincount(plan.line, plan.units, len(kind.lines)).astype(np.int64)
        self._tier, self._got = plan.tier.tolist(), self.served.tolist()
        self._area = kind.need_columns["area"].tolist()
        self._household = kind.need_columns["household"].tolist()
        self._composite = plan.composite.tolist()
        self._waiting = kind.need_columns["waiting"].tolist()
        self._had = kind.need_columns["had"].tolist()
        self._pairs = list(zip(plan.need.tolist(), plan.units.tolist(), strict=True))
        self._level = _levels(kind, plan).tolist()
        self._given_before = self._before()
        self._last_tier = TIER_NAMES[int(plan.tier[plan.need].max(initial=0))]
        self._coverage = _coverage(kind, self.served)
        self._takers = {tier: self._takers_of(tier) for tier in set(self._tier)}
        self._twins = self._served_by_household()
        self._known: dict[tuple[object, ...], Reason] = {}

    def _before(self) -> list[int]:
        """For each pair of the plan the units that its need has without it and later ones."""
        so_far = self._had.copy()
        before = []
        for need, units in self._pairs:
            before.append(so_far[need])
            so_far[need] += units
        return before

    def of_pair(self, place: int) -> Reason:
        """Why the plan's pair number `place` was made."""
        need = self._pairs[place][0]
        row = self._kind.needs[need]
        facts: dict[str, object] = {
            "tier": TIER_NAMES[self._tier[need]],
            "groups": list(row.groups),
            "urgency": row.urgency,
            "waiting_days": self._waiting[need],
            "composite": self._composite[need],
            "step": self._given_before[place],
            "level": self._level[place],
            "last_tier": self._last_tier,
        }
        return {"code": "served", "facts": facts}

    def _one(self, code: str, facts: dict[str, object]) -> Reason:
        key = (code, *facts.values())
        if key not in self._known:
            self._known[key] = {"code": code, "facts": facts}
        return self._known[key]

    def of_need(self, need: int) -> Reason:
        """Why a need got nothing, or not all that it asks for."""
        reason = self._plan.need_reasons[need]
        if not self._kind.lines:
            return self._one("nothing-offered", {})
        if reason.why is Why.NOTHING_FITS:
            return {"code": "no-line-fits", "facts": {"by_rule": _by_rule(reason.blocking)}}
        twin = self._twins.get(self._household[need], need)
        if twin != need:
            return {"code": "household-served", "facts": {"of": self._kind.needs[twin].code}}
        return self._lost(need, reason)

    def _lost(self, need: int, reason: NeedReason) -> Reason:
        """What fits went elsewhere: to units worth more, or within the tier by a finer rule."""
        facts: dict[str, object] = {
            "tier": TIER_NAMES[reason.tier],
            "cutoff": TIER_NAMES[reason.cutoff_tier],
        }
        if reason.own_value < reason.cutoff:
            code = "earlier-units-first" if self._got[need] + self._had[need] else "needier-took-it"
            return self._one(code, facts)
        return self._one(self._within_tier(need), facts)

    def _within_tier(self, need: int) -> str:
        """Which finer rule decided against needs of the same tier: share, hardship, or way."""
        area, takers = self._area[need], self._takers[self._tier[need]]
        elsewhere = min((rate for place, rate in takers.least if place != area), default=1.0)
        if elsewhere < self._coverage[area]:
            return "group-has-its-share"
        return "lower-in-tier" if takers.weakest >= self._composite[need] else "farther"

    def _takers_of(self, tier: int) -> "_Takers":
        """Who of a tier was served: the two areas least covered, and the lowest composite."""
        takers = np.flatnonzero((self.served > 0) & (self._plan.tier == tier))
        areas = np.unique(self._kind.need_columns["area"][takers]).tolist()
        rates = sorted(((a, self._coverage[a]) for a in areas), key=lambda pair: pair[1])
        weakest = int(self._plan.composite[takers].min(initial=NO_COMPOSITE))
        return _Takers(tuple(rates[:2]), weakest)

    def _served_by_household(self) -> dict[int, int]:
        """Household -> its first served need, where one is the most."""
        if not self._kind.kind.rule.one_per_household:
            return {}
        served = np.flatnonzero(self.served > 0).tolist()
        return {self._household[need]: need for need in reversed(served)}

    def of_line(self, line: int) -> Reason:
        """Why units of a line found nobody."""
        reason = self._plan.line_reasons[line]
        if not self._kind.needs:
            return self._one("nobody-needs", {})
        if reason.why is Why.NO_NEED_FITS:
            return {"code": "no-need-fits", "facts": {"by_rule": _by_rule(reason.blocking)}}
        return self._one("all-needs-met", {})


@dataclass(frozen=True, slots=True)
class _Takers:
    """least: area and coverage of the two least covered areas; weakest: lowest composite."""

    least: tuple[tuple[int, float], ...]
    weakest: int


def _levels(kind: EncodedKind, plan: KindPlan) -> Ints:
    """Of each pair: 0 same residential group, 1 same ward, 2 same province, 3 elsewhere."""
    here, there = kind.line_columns["area"][plan.line], kind.need_columns["area"][plan.need]
    apart = np.where(kind.province[here] == kind.province[there], 2, 3)
    apart = np.where(kind.cluster[here] == kind.cluster[there], 1, apart)
    return np.where(here == there, 0, apart)


def _coverage(kind: EncodedKind, served: Ints) -> list[float]:
    """Of each area, the part of the units asked for that it got."""
    area, size = kind.need_columns["area"], len(kind.cluster)
    asked = np.bincount(area, kind.need_columns["units"], size)
    got = np.bincount(area, served, size)
    return [float(rate) for rate in np.divide(got, asked, out=np.zeros(size), where=asked > 0)]


def _by_rule(blocking: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {RULES[rule].value: units for rule, units in blocking}
