"""Not moving what people are looking at: undecided pairs change only for a better plan.

Better means on the floor, if the policy has one, and on the first two levels, priority and evenness
(MATCHING.md, 8); a gain in the finer ones alone is not worth an approver's second reading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.matching.encoding import EncodedKind
from app.matching.rules.policy import PolicyRules
from app.matching.rules.table import Ints
from app.matching.solver import NeedReasons
from app.matching.solver.explain import FLOOR, ORDER
from app.matching.solver.problem import bracket_caps
from app.matching.solving import Anew, KindPlan, levels_apart

Pair = tuple[str, str]


def kept(
    kind: EncodedKind, plan: KindPlan, pending: Mapping[Pair, int], policy: PolicyRules
) -> KindPlan:
    """The pending pairs as the plan, if they are as good as the best one; else the best one.

    pending: (need id, line id) -> units proposed and not decided yet.
    """
    rows = _rows(kind, pending)
    if not rows or not _is_possible(kind, rows):
        return plan
    line, need, units = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    candidate = replace(plan, line=line, need=need, units=units)
    levels = (
        _priority(kind, candidate, policy),
        _evenness(kind, candidate, policy),
        _hardship(kind, candidate),
        int((levels_apart(kind, candidate) * candidate.units).sum()),
    )
    floor = _within_floor(kind, candidate)
    if (floor, *levels[:2]) != (plan.floor, *plan.levels[:2]):
        return plan
    return replace(
        candidate,
        levels=levels,
        need_reasons=_reasons(kind, candidate, policy),
        anew=Anew(_given(kind, plan), is_finer=levels != plan.levels),
    )


def _given(kind: EncodedKind, plan: KindPlan) -> Ints:
    """The units that a plan gives each need."""
    return np.bincount(plan.need, plan.units, len(kind.needs)).astype(np.int64)


def _reasons(kind: EncodedKind, plan: KindPlan, policy: PolicyRules) -> NeedReasons | None:
    """The best plan's reasons, with the value of each need's next unit as this plan leaves it.

    Cut-offs stay: what one more unit costs elsewhere on the first two levels is the same beside
    any plan that is the best on them. (With a floor they are those of the best plan.)
    """
    reasons = plan.need_reasons
    if reasons is None:
        return None
    given = _given(kind, plan)
    step = np.minimum(kind.need_columns["had"] + given, len(policy.step_weights) - 1)
    worth = np.asarray(policy.tier_weights, dtype=np.int64)[plan.tier]
    own: Ints = worth * np.asarray(policy.step_weights, dtype=np.int64)[step]
    is_below_floor = (own > reasons.cutoff) & (plan.floor_room is not None)
    lost_by = np.where(
        is_below_floor, FLOOR, np.where(reasons.lost_by == FLOOR, ORDER, reasons.lost_by)
    )
    return replace(reasons, units=given, own_value=own, lost_by=lost_by)


def _rows(kind: EncodedKind, pending: Mapping[Pair, int]) -> list[tuple[int, int, int]]:
    """The pending pairs of this kind as row numbers, ordered by need; empty if one is gone."""
    if not pending:
        return []
    needs = {row_id: place for place, row_id in enumerate(kind.needs.column("id"))}
    lines = {row_id: place for place, row_id in enumerate(kind.lines.column("id"))}
    of_kind = {(n, p): units for (n, p), units in pending.items() if n in needs or p in lines}
    if any(n not in needs or p not in lines for n, p in of_kind):
        return []
    rows = [(lines[p], needs[n], units) for (n, p), units in of_kind.items()]
    return sorted(rows, key=lambda row: (row[1], row[0]))


def _is_possible(kind: EncodedKind, rows: Sequence[tuple[int, int, int]]) -> bool:
    """Whether all pairs still fit together: terms, units on both sides, one a household."""
    n, p = kind.need_columns, kind.line_columns
    used_lines = np.zeros(len(kind.lines), dtype=np.int64)
    used_needs = np.zeros(len(kind.needs), dtype=np.int64)
    for line, need, units in rows:
        used_lines[line] += units
        used_needs[need] += units
        if not _fits(kind, line, need):
            return False
    households = n["household"][used_needs > 0]
    alone = len(np.unique(households)) == len(households)
    within = (used_lines <= p["units"]).all() and (used_needs <= n["units"]).all()
    return bool(within) and (alone or not kind.kind.rule.one_per_household)


def _fits(kind: EncodedKind, line: int, need: int) -> bool:
    n = {name: int(column[need]) for name, column in kind.need_columns.items()}
    p = {name: int(column[line]) for name, column in kind.line_columns.items()}
    return (
        bool(kind.fit[p["spec"], n["spec"]])
        and (not p["groups"] or bool(p["groups"] & n["groups"]))
        and p["programme"] in {0, n["programme"]}
        and p["ready"] <= n["late"]
        and n["early"] <= p["gone"]
        and p["only"] in {-1, int(kind.cluster[n["area"]])}
    )


def _priority(kind: EncodedKind, plan: KindPlan, policy: PolicyRules) -> int:
    """The first level: tier weight times step weight of each unit."""
    served = _given(kind, plan)
    had = kind.need_columns["had"]
    worth = 0
    for need in np.flatnonzero(served).tolist():
        before, after = int(had[need]), int(had[need] + served[need])
        steps = _steps(after, policy) - _steps(before, policy)
        worth += policy.tier_weights[int(plan.tier[need])] * steps
    return worth


def _steps(units: int, policy: PolicyRules) -> int:
    """The weights of a need's first `units` units together."""
    firsts = policy.step_weights[:-1]
    return sum(firsts[:units]) + policy.step_weights[-1] * max(0, units - len(firsts))


def _hardship(kind: EncodedKind, plan: KindPlan) -> int:
    """The third level: the composites of needs that get their first unit."""
    served = np.unique(plan.need)
    return int(plan.composite[served[kind.need_columns["had"][served] == 0]].sum())


def _within_floor(kind: EncodedKind, plan: KindPlan) -> int | None:
    """The units within the floor of each area, or None where the policy has none."""
    if plan.floor_room is None:
        return None
    area = kind.need_columns["area"][plan.need]
    got = np.bincount(area, plan.units, len(plan.floor_room)).astype(np.int64)
    return int(np.minimum(got, plan.floor_room).sum())


def _evenness(kind: EncodedKind, plan: KindPlan, policy: PolicyRules) -> int:
    """The second level: points of the coverage brackets that each area's units fill."""
    area = kind.need_columns["area"]
    demand: Ints = np.bincount(area, kind.need_columns["units"]).astype(np.int64)
    got: Ints = np.bincount(area[plan.need], plan.units, len(demand)).astype(np.int64)
    points = 0
    for place in np.flatnonzero(got).tolist():
        left = int(got[place])
        for k, room in enumerate(bracket_caps(int(demand[place]), policy.brackets).tolist()):
            filled = min(left, room)
            points, left = points + filled * (policy.brackets - k), left - filled
    return points
