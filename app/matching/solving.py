"""The boundary to the solver: an encoded kind in, a plan with its reasons out."""

from dataclasses import dataclass

import numpy as np

from app.matching import solver
from app.matching.encoding import EncodedKind
from app.matching.rules.policy import PolicyRules
from app.matching.rules.table import Ints
from app.matching.solver.plan import network_of
from app.matching.solver.price import evenest_value
from app.matching.solver.problem import ANYWHERE, CLUSTER, bracket_caps

ENGINE = solver.ENGINE


@dataclass(frozen=True, slots=True)
class Anew:
    """The best plan, where a pending one that is as good by priority and evenness was kept.

    units: what it would give each need. is_finer: whether it is better in hardship or distance.
    """

    units: Ints
    is_finer: bool


@dataclass(frozen=True, slots=True)
class KindPlan:
    """Who gets what of one kind: parallel columns of line, need (row numbers) and units.

    levels: what the plan is worth, most important first; floor: units within the policy's floor,
    which come before the levels, and floor_room: the units that it holds in each area, both None
    without one; certified: proven to be the best.
    need_reasons, line_reasons: the solver's own, in the order of the rows; None without any row.
    anew: what was not taken, if this is a pending plan that was kept.
    """

    line: Ints
    need: Ints
    units: Ints
    composite: Ints
    tier: Ints
    levels: tuple[int, ...]
    certified: bool
    need_reasons: solver.NeedReasons | None
    line_reasons: solver.PledgeReasons | None
    floor: int | None = None
    floor_room: Ints | None = None
    anew: Anew | None = None


def solve_kind(kind: EncodedKind, policy: PolicyRules) -> KindPlan:
    """The best plan for one kind. Raises solver.CannotSolve if the engine gives up."""
    if not kind.needs and not kind.lines:
        none = np.zeros(0, dtype=np.int64)
        return KindPlan(none, none, none, none, none, (0, 0, 0, 0), True, None, None)  # noqa: FBT003 - no plan but one is best.
    problem = problem_of(kind, policy)
    plan = solver.solve(problem)
    need_reasons, line_reasons = plan.explain()
    return KindPlan(
        line=plan.pledge,
        need=plan.need,
        units=plan.units,
        composite=problem.needs.composite,
        tier=problem.tiers(),
        levels=tuple(plan.values),
        certified=plan.certified,
        need_reasons=need_reasons,
        line_reasons=line_reasons,
        floor=plan.floor,
        floor_room=floor_room(kind, policy),
    )


def evenest_of_kind(kind: EncodedKind, policy: PolicyRules) -> int:
    """The first level of the best plan of one kind if even coverage came first. One solve.

    Raises solver.CannotSolve.
    """
    if not kind.needs and not kind.lines:
        return 0
    return evenest_value(network_of(problem_of(kind, policy)))


def problem_of(kind: EncodedKind, policy: PolicyRules) -> solver.Problem:
    """The solver's problem. A line may go anywhere in the run's scope, or in one of its wards."""
    n, p = kind.need_columns, kind.line_columns
    waited = np.minimum(n["waiting"] // policy.waiting_days, policy.most_waiting_points)
    return solver.Problem(
        needs=solver.Needs(
            household=n["household"],
            ward=n["area"],
            spec=n["spec"],
            groups=n["groups"],
            programme=n["programme"],
            start=n["early"],
            deadline=n["late"],
            qty=n["units"],
            had=n["had"],
            composite=n["score"] + n["urgency"] * policy.urgency_points + waited,
        ),
        pledges=solver.Pledges(
            origin=p["area"],
            spec=p["spec"],
            qty=p["units"],
            scope_kind=np.where(p["only"] < 0, ANYWHERE, CLUSTER),
            scope_id=p["only"],
            groups=p["groups"],
            programme=p["programme"],
            avail_from=p["ready"],
            avail_to=p["gone"],
        ),
        ward_cluster=kind.cluster,
        ward_province=kind.province,
        fit=kind.fit,
        cap_households=kind.kind.rule.one_per_household and kind.kind.model == "item",
        policy=_valued(policy),
        apart=kind.apart,
    )


def floor_room(kind: EncodedKind, policy: PolicyRules) -> Ints | None:
    """The units of each area's first brackets, or None where the policy has no floor."""
    if not policy.floor_brackets:
        return None
    columns = kind.need_columns
    demand = np.bincount(columns["area"], columns["units"], len(kind.cluster)).astype(np.int64)
    room: Ints = bracket_caps(demand, policy.brackets)[:, : policy.floor_brackets].sum(axis=1)
    return room


def _valued(policy: PolicyRules) -> solver.Policy:
    return solver.Policy(
        policy.tier_from,
        policy.tier_weights,
        policy.step_weights,
        policy.brackets,
        floor_brackets=policy.floor_brackets,
    )


def levels_apart(kind: EncodedKind, plan: KindPlan) -> Ints:
    """Of each pair: 0 same residential group, 1 same ward, 2 same province, 3 elsewhere."""
    here, there = kind.line_columns["area"][plan.line], kind.need_columns["area"][plan.need]
    apart = np.where(kind.province[here] == kind.province[there], 2, 3)
    apart = np.where(kind.cluster[here] == kind.cluster[there], 1, apart)
    return np.where(here == there, 0, apart)
