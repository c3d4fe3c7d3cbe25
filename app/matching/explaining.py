"""Why this household, why not that one: the solver's reasons, as codes and facts of the trade.

Rows that have the same reason share one, which is made once.
"""

from collections.abc import Iterable

import numpy as np

from app.matching.encoding import EncodedKind
from app.matching.rules.pairs import Rule
from app.matching.rules.policy import TIER_NAMES
from app.matching.rules.table import Column, Ints, together
from app.matching.solver import WHYS, NeedReasons, Why
from app.matching.solver.explain import FLOOR
from app.matching.solver.surplus import PledgeReasons, nearest, still_open
from app.matching.solving import KindPlan, levels_apart

Reason = dict[str, object]
NO_COMPOSITE = 2**31
NOTHING_FITS = WHYS.index(Why.NOTHING_FITS)
RULES = {
    "spec": Rule.SPEC,
    "groups": Rule.GROUP,
    "programme": Rule.PROGRAMME,
    "window": Rule.WINDOW,
    "area": Rule.WARD,
}
# Why a need lost to others; the first two by what its next unit is worth, the next by finer rules,
# then by the policy's floor, and to a pending plan that was kept though it is worse on finer rules.
LOSSES = (
    "earlier-units-first",
    "needier-took-it",
    "group-has-its-share",
    "lower-in-tier",
    "farther",
    "by-order",
    "group-below-floor",
    "pending-kept",
)
EARLIER, NEEDIER, HAS_SHARE, LOWER, FARTHER, BY_ORDER, BELOW_FLOOR, KEPT = range(8)
# In the order of the solver's Lost.
BY_FINER_RULE = np.array((HAS_SHARE, LOWER, FARTHER, BY_ORDER, BELOW_FLOOR), dtype=np.int64)


class Explanation:
    """The reasons of one kind's plan.

    served: units of each need, placed: of each line, by row.
    """

    def __init__(self, kind: EncodedKind, plan: KindPlan) -> None:
        self._kind, self._plan = kind, plan
        self.served = _sums(plan.need, plan.units, len(kind.needs))
        self.placed = _sums(plan.line, plan.units, len(kind.lines))

    def of_pairs(self) -> Column[Reason]:
        """Of each pair of the plan why it was made."""
        kind, plan = self._kind, self._plan
        last_tier = TIER_NAMES[int(plan.tier[plan.need].max(initial=0))]
        every = together(
            kind.needs.column("groups").take(plan.need),
            *(
                Column.of(column.tolist())
                for column in (
                    plan.tier[plan.need],
                    kind.need_columns["urgency"][plan.need],
                    kind.need_columns["waiting"][plan.need],
                    plan.composite[plan.need],
                    self._given_before(),
                    levels_apart(kind, plan),
                    self._is_within_floor(),
                    (self._more_anew()[plan.need] < 0).astype(np.int64),
                )
            ),
        )
        return every.map(lambda facts: _served(facts, last_tier))

    def _is_within_floor(self) -> Ints:
        """For each pair 1 if all that its area gets lies within the policy's floor, else 0."""
        room, area = self._plan.floor_room, self._kind.need_columns["area"]
        if room is None:
            return np.zeros(len(self._plan.need), dtype=np.int64)
        got = _sums(area, self.served, len(room))
        return (got <= room)[area[self._plan.need]].astype(np.int64)

    def _given_before(self) -> Ints:
        """For each pair of the plan the units that its need has without it and later ones."""
        plan, had = self._plan, self._kind.need_columns["had"]
        order = np.argsort(plan.need, kind="stable")
        need, units = plan.need[order], plan.units[order]
        before = np.cumsum(units) - units
        first = np.searchsorted(need, need, side="left")
        given = np.empty_like(before)
        given[order] = before - before[first] + had[need]
        return given

    def of_needs(self, rows: Ints) -> Column[Reason]:
        """Why needs got nothing, or not all that they ask for."""
        reasons = self._plan.need_reasons
        if not len(self._kind.lines) or reasons is None:
            return Column.of_one({"code": "nothing-offered", "facts": {}}, len(rows))
        told: list[tuple[Ints, Column[Reason]]] = []
        unfit = reasons.why[rows] == NOTHING_FITS
        told.append((np.flatnonzero(unfit), self._unfit(reasons, rows[unfit])))
        twin = self._twin_of(rows)
        twins = ~unfit & (twin >= 0)
        told.append((np.flatnonzero(twins), self._household_served(twin[twins])))
        lost = ~unfit & (twin < 0)
        told.append((np.flatnonzero(lost), self._lost(reasons, rows[lost])))
        return _in_place(told, len(rows))

    def _unfit(self, reasons: NeedReasons, rows: Ints) -> Column[Reason]:
        blocking = Column.of([reasons.misfits.of_need(row) for row in rows.tolist()])
        return blocking.map(lambda rules: _misfit("no-line-fits", rules))

    def _twin_of(self, rows: Ints) -> Ints:
        """The first need of the same household that is served, where one is the most, or -1."""
        none = np.full(len(rows), -1, dtype=np.int64)
        served = np.flatnonzero(self.served > 0)
        if not self._kind.kind.rule.one_per_household or not len(served):
            return none
        household = self._kind.need_columns["household"]
        homes, first = np.unique(household[served], return_index=True)
        place = np.minimum(np.searchsorted(homes, household[rows]), len(homes) - 1)
        twin = served[first][place]
        return np.where((homes[place] == household[rows]) & (twin != rows), twin, none)

    def _household_served(self, twins: Ints) -> Column[Reason]:
        codes: Column[str] = self._kind.needs.column("code").take(twins)
        return codes.map(lambda code: {"code": "household-served", "facts": {"of": code}})

    def _lost(self, reasons: NeedReasons, rows: Ints) -> Column[Reason]:
        """What fits went elsewhere: to units worth more, or within the tier by a finer rule."""
        has_some = self.served[rows] + self._kind.need_columns["had"][rows] > 0
        code = np.where(has_some, EARLIER, NEEDIER)
        within = reasons.own_value[rows] >= reasons.cutoff[rows]
        lost_by = reasons.lost_by[rows]
        code = np.where(within, self._within_tier(lost_by, rows), code)
        code = np.where(lost_by == FLOOR, BELOW_FLOOR, code)
        more = self._more_anew()[rows]
        code = np.where(more > 0, KEPT, code)
        columns = (code, reasons.tier[rows], reasons.cutoff_tier[rows], more)
        every = together(*(Column.of(column.tolist()) for column in columns))
        return every.map(lambda facts: _loss(*facts))

    def _more_anew(self) -> Ints:
        """The units that the best plan would give each need beyond this one; less than 0: fewer."""
        anew = self._plan.anew
        return np.zeros(len(self.served), np.int64) if anew is None else anew.units - self.served

    def _within_tier(self, lost_by: Ints, rows: Ints) -> Ints:
        """Which finer rule decided against needs of the same tier: share, hardship, way, or order.

        Beside a pending plan that was kept though a finer one was found, hardship is told only
        where all who were chosen are in more; way and order do not explain it.
        """
        code = BY_FINER_RULE[lost_by]
        anew = self._plan.anew
        if anew is None or not anew.is_finer:
            return code
        weakest = _weakest_served(self._plan, self.served)[self._plan.tier[rows]]
        beside = np.where(weakest > self._plan.composite[rows], LOWER, KEPT)
        return np.where(code == HAS_SHARE, code, beside)

    def of_lines(self, rows: Ints) -> Column[Reason]:
        """Why units of lines found nobody."""
        reasons = self._plan.line_reasons
        if not len(self._kind.needs) or reasons is None:
            return Column.of_one({"code": "nobody-needs", "facts": {}}, len(rows))
        fits = reasons.fits[rows]
        unfit = Column.of([reasons.misfits.of_pledge(row) for row in rows[~fits].tolist()])
        told = [
            (np.flatnonzero(~fits), unfit.map(lambda rules: _misfit("no-need-fits", rules))),
            (np.flatnonzero(fits), self._needs_met(reasons, rows[fits])),
        ]
        return _in_place(told, len(rows))

    def _needs_met(self, reasons: PledgeReasons, rows: Ints) -> Column[Reason]:
        """All needs that fit have enough; which single rule keeps the units that are still open.

        Counted by this plan's rows, which may be those of a pending plan that was kept.
        """
        found, number = nearest(reasons.problem, rows, still_open(reasons.problem, self.served))
        return Column(found, number).distinct().map(lambda rules: _misfit("all-needs-met", rules))


def _served(facts: tuple[object, ...], last_tier: str) -> Reason:
    groups, tier, urgency, waiting, composite, step, level, within_floor, is_kept = facts
    besides = {"within_floor": True} if within_floor else {}
    if is_kept:
        besides["kept"] = True
    return {
        "code": "served",
        "facts": {
            "tier": TIER_NAMES[int(str(tier))],
            "groups": list(groups),  # type: ignore[call-overload]  # A tuple of texts.
            "urgency": urgency,
            "waiting_days": waiting,
            "composite": composite,
            "step": step,
            "level": level,
            "last_tier": last_tier,
            **besides,
        },
    }


def _loss(code: int, tier: int, cutoff_tier: int, more: int) -> Reason:
    facts: dict[str, object] = {"tier": TIER_NAMES[tier], "cutoff": TIER_NAMES[cutoff_tier]}
    if code == KEPT:
        facts = {"tier": TIER_NAMES[tier], "anew": max(0, more)}
    return {"code": LOSSES[code], "facts": facts}


def _in_place(told: Iterable[tuple[Ints, Column[Reason]]], rows: int) -> Column[Reason]:
    """Reasons of some rows each as one column of all."""
    values: list[Reason] = []
    codes = np.zeros(rows, dtype=np.int64)
    for places, reasons in told:
        codes[places] = reasons.codes + len(values)
        values += reasons.values
    return Column(values, codes)


def _sums(rows: Ints, units: Ints, size: int) -> Ints:
    return np.bincount(rows, units, size).astype(np.int64)


def _weakest_served(plan: KindPlan, served: Ints) -> Ints:
    """Of each tier the least composite of a need that got something."""
    least = np.full(len(TIER_NAMES), NO_COMPOSITE, dtype=np.int64)
    takers = np.flatnonzero(served > 0)
    np.minimum.at(least, plan.tier[takers], plan.composite[takers])
    return least


def _misfit(code: str, blocking: Iterable[tuple[str, int]]) -> Reason:
    """A reason with the units that miss by exactly one rule, if there are any."""
    by_rule = {RULES[rule].value: units for rule, units in blocking}
    is_plain = code == "all-needs-met" and not by_rule
    return {"code": code, "facts": {} if is_plain else {"by_rule": by_rule}}
