"""Reasons of an instance's plan, one plain object a need and a pledge; codes and numbers only."""

from collections.abc import Iterator

from app.matching.solver.columns import total_by
from app.matching.solver.eligibility import Bar
from app.matching.solver.explain import NeedReason
from app.matching.solver.files.problems import Part
from app.matching.solver.housing import ProjectPlan
from app.matching.solver.misfits import Misfits
from app.matching.solver.plan import Plan
from app.matching.solver.why import Why

TIERS = "ABCDE"
BARS = {Bar.BLOCKED: "blocked", Bar.DUPLICATE: "duplicate-claim"}
Line = dict[str, object]


def reason_lines(part: Part, plan: Plan) -> list[Line]:
    """A line for every need of the category and for every pledge."""
    needs, pledges = plan.explain()
    lines = list(_barred(part))
    qty = part.problem.needs.qty.tolist()
    for need_id, reason, units in zip(part.needs.tolist(), needs, qty, strict=True):
        lines.append({**_head(part, need_id), "asked": units, **_facts(part, reason)})
    for pledge_id, left in zip(part.pledges.tolist(), pledges, strict=True):
        line: Line = {"pledge_id": pledge_id, "category": part.category.name, "code": left.why}
        line["units_left"] = left.units_left
        lines.append(line | ({"blocking": dict(left.blocking)} if left.blocking else {}))
    return lines


def _head(part: Part, need_id: int) -> Line:
    return {"need_id": need_id, "category": part.category.name}


def _barred(part: Part) -> Iterator[Line]:
    columns = (part.barred.tolist(), part.bar.tolist(), part.instead.tolist())
    for need_id, bar, instead in zip(*columns, strict=True):
        line = {**_head(part, need_id), "code": BARS[Bar(bar)]}
        yield line if instead < 0 else {**line, "of": instead}


def _facts(part: Part, reason: NeedReason) -> Line:
    facts: Line = {"code": reason.why, "units": reason.units, "tier": TIERS[reason.tier]}
    if reason.why is Why.SERVED:
        return facts
    if reason.why is Why.NOTHING_FITS:
        return {**facts, "blocking": dict(reason.blocking)}
    if reason.instead >= 0:
        return {**facts, "code": "household-served", "of": int(part.needs[reason.instead])}
    facts |= {"own_value": reason.own_value, "cutoff": reason.cutoff}
    facts["cutoff_tier"] = TIERS[reason.cutoff_tier]
    return facts if reason.lost_by is None else {**facts, "lost_by": reason.lost_by}


def project_lines(part: Part, plan: ProjectPlan) -> list[Line]:
    """A line for every project and for every pledge of money."""
    problem, misfits = part.problem, Misfits(part.problem)
    left = problem.pledges.qty - total_by(plan.pledge, plan.units, len(part.pledges))
    lines = list(_barred(part))
    tiers, cost = problem.tiers().tolist(), problem.needs.qty.tolist()
    for row, paid in enumerate(plan.paid.tolist()):
        line: Line = {**_head(part, int(part.needs[row])), "cost": cost[row]}
        line["tier"] = TIERS[tiers[row]]
        if paid:
            lines.append({**line, "code": "paid", "top_up": int(plan.top_up[row])})
            continue
        reach = misfits.reaching(row)
        if not reach.any():
            lines.append({**line, "code": "nothing-fits", "blocking": dict(misfits.of_need(row))})
            continue
        most = cost[row] * problem.policy.fund_percent // 100
        facts = {"money_left": int(left[reach].sum()), "most_top_up": most}
        lines.append({**line, "code": "money-went-further", **facts})
    for pledge_id, rest in zip(part.pledges.tolist(), left.tolist(), strict=True):
        line = {"pledge_id": pledge_id, "category": part.category.name}
        lines.append({**line, "code": Why.NEEDS_MET if rest else Why.SERVED, "units_left": rest})
    return lines
