"""Why this household, why not that one: the solver's reasons, as codes and facts of the trade."""

from collections.abc import Iterable

import numpy as np

from app.matching.encoding import EncodedKind
from app.matching.rules.pairs import Rule
from app.matching.rules.policy import TIER_NAMES
from app.matching.solver import NeedReason, Why
from app.matching.solving import KindPlan

Reason = dict[str, object]
RULES = {
    "spec": Rule.SPEC,
    "groups": Rule.GROUP,
    "programme": Rule.PROGRAMME,
    "window": Rule.WINDOW,
    "area": Rule.WARD,
}


class Explanation:
    """The reasons of one kind's plan."""

    def __init__(self, kind: EncodedKind, plan: KindPlan) -> None:
        self._kind, self._plan = kind, plan
        self.served = np.bincount(plan.need, plan.units, len(kind.needs)).astype(np.int64)
        self.placed = np.bincount(plan.line, plan.units, len(kind.lines)).astype(np.int64)
        self._given_before = self._before()

    def _before(self) -> dict[int, int]:
        """For each pair of the plan the units that its need got by the pairs before it."""
        so_far: dict[int, int] = {}
        before = {}
        for place, (need, units) in enumerate(zip(self._plan.need, self._plan.units, strict=True)):
            before[place] = so_far.get(int(need), 0)
            so_far[int(need)] = before[place] + int(units)
        return before

    def of_pair(self, place: int) -> Reason:
        """Why the plan's pair number `place` was made."""
        kind, plan = self._kind, self._plan
        need, line = int(plan.need[place]), int(plan.line[place])
        facts: dict[str, object] = {
            "tier": TIER_NAMES[int(plan.tier[need])],
            "groups": list(kind.needs[need].groups),
            "urgency": kind.needs[need].urgency,
            "waiting_days": int(kind.need_columns["waiting"][need]),
            "composite": int(plan.composite[need]),
            "step": self._given_before[place],
            "level": self._level(line, need),
            "last_tier": TIER_NAMES[int(plan.tier[plan.need].max())],
        }
        return {"code": "served", "facts": facts}

    def _level(self, line: int, need: int) -> int:
        """0 same residential group, 1 same ward, 2 same province, 3 elsewhere."""
        kind = self._kind
        here = int(kind.line_columns["area"][line])
        there = int(kind.need_columns["area"][need])
        if here == there:
            return 0
        if kind.cluster[here] == kind.cluster[there]:
            return 1
        return 2 if kind.province[here] == kind.province[there] else 3

    def of_need(self, need: int) -> Reason:
        """Why a need got nothing, or not all that it asks for."""
        reason = self._plan.need_reasons[need]
        if not self._kind.lines:
            return {"code": "nothing-offered", "facts": {}}
        if reason.why is Why.NOTHING_FITS:
            return {"code": "no-line-fits", "facts": {"by_rule": _by_rule(reason.blocking)}}
        twin = self._served_in_household(need)
        if twin is not None:
            return {"code": "household-served", "facts": {"of": self._kind.needs[twin].code}}
        return self._lost(need, reason)

    def _lost(self, need: int, reason: NeedReason) -> Reason:
        """What fits went elsewhere: to units worth more, or within the tier by a finer rule."""
        facts: dict[str, object] = {
            "tier": TIER_NAMES[reason.tier],
            "cutoff": TIER_NAMES[reason.cutoff_tier],
        }
        if reason.own_value < reason.cutoff:
            code = "earlier-units-first" if self.served[need] else "needier-took-it"
            return {"code": code, "facts": facts}
        return {"code": self._within_tier(need), "facts": facts}

    def _within_tier(self, need: int) -> str:
        """Which finer rule decided against needs of the same tier: share, hardship, or way."""
        plan, area = self._plan, self._kind.need_columns["area"]
        takers = np.flatnonzero((self.served > 0) & (plan.tier == plan.tier[need]))
        own = self._coverage(int(area[need]))
        elsewhere = [t for t in takers.tolist() if area[t] != area[need]]
        if any(self._coverage(int(area[t])) < own for t in elsewhere):
            return "group-has-its-share"
        weakest = int(plan.composite[takers].min()) if takers.size else int(plan.composite[need])
        return "lower-in-tier" if weakest >= int(plan.composite[need]) else "farther"

    def _coverage(self, area: int) -> float:
        here = self._kind.need_columns["area"] == area
        asked = int(self._kind.need_columns["units"][here].sum())
        return int(self.served[here].sum()) / asked if asked else 0.0

    def _served_in_household(self, need: int) -> int | None:
        """Another need of the same household that was served, where one is the most."""
        if not self._kind.kind.rule.one_per_household:
            return None
        household = self._kind.need_columns["household"]
        others = np.flatnonzero((household == household[need]) & (self.served > 0))
        return next((int(i) for i in others if i != need), None)

    def of_line(self, line: int) -> Reason:
        """Why units of a line found nobody."""
        reason = self._plan.line_reasons[line]
        if not self._kind.needs:
            return {"code": "nobody-needs", "facts": {}}
        if reason.why is Why.NO_NEED_FITS:
            return {"code": "no-need-fits", "facts": {"by_rule": _by_rule(reason.blocking)}}
        return {"code": "all-needs-met", "facts": {}}


def _by_rule(blocking: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {RULES[rule].value: units for rule, units in blocking}
