"""Pages that answer "why this household, why not that one"."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, requires
from app.accounts.rules import Action, Actor
from app.audit.actions import Subject, record
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import today
from app.matching import reason_titles
from app.matching.queries.allocations import (
    AllocationRow,
    allocations_of_line,
    allocations_of_need,
)
from app.matching.queries.left_out import (
    PAGE,
    LeftFilter,
    household_asked,
    needs_left_out,
    reasons_of_run,
)
from app.matching.queries.proposals import ProposalRow, proposals_of_line, proposals_of_need
from app.matching.queries.reasons import (
    NeedAsked,
    WhyNot,
    line_asked,
    need_asked,
    why_not_line,
    why_not_need,
)
from app.matching.queries.runs import run_for, run_names
from app.matching.views.blueprint import bp, page


@dataclass(frozen=True, slots=True)
class Explained:
    """All that is known of why a need got what it got. words: where it stands, in short."""

    need: NeedAsked
    proposals: list[ProposalRow]
    allocations: list[AllocationRow]
    why_not: list[WhyNot]
    words: str


@bp.get("/proposals/needs/<need_id>")
@requires(Action.SEE_PROPOSALS)
def why_need(need_id: str) -> ResponseReturnValue:
    """What the runs found for one need: proposals, allocations, and why not more."""
    actor = current_actor()
    with transaction() as session:
        found = _explained(session, actor, need_id)
        if found.need.head_name is not None:
            subject = Subject("need", found.need.id, found.need.ward_code)
            record(session, actor, "view-reasons", subject)
    return page("why_need", found=found, need=found.need)


@bp.get("/proposals/households/<household_id>")
@requires(Action.SEE_PROPOSALS)
def why_household(household_id: str) -> ResponseReturnValue:
    """The same for every need of a household, on one page."""
    actor = current_actor()
    with transaction() as session:
        household = household_asked(session, actor, household_id)
        found = [_explained(session, actor, need_id) for need_id in household.need_ids]
        if household.head_name is not None:
            subject = Subject("household", household.id, household.ward_code)
            record(session, actor, "view-reasons", subject)
    return page("why_household", household=household, found=found)


def _explained(session: Session, actor: Actor, need_id: str) -> Explained:
    need = need_asked(session, actor, need_id, today())
    proposals = proposals_of_need(session, actor, need_id)
    allocations = allocations_of_need(session, actor, need_id)
    why_not = why_not_need(session, need_id)
    seen = bool(proposals or why_not)
    return Explained(need, proposals, allocations, why_not, _where_it_stands(need, seen=seen))


def _where_it_stands(need: NeedAsked, *, seen: bool) -> str:
    """The first thing a reader wants to know."""
    if need.covered >= need.units:
        return _("Nhu cầu này đã đủ phần.")
    if need.state != "approved":
        return _("Nhu cầu này chưa hoặc không còn ở trạng thái đã duyệt, nên không lượt nào xét.")
    if not seen:
        return _("Chưa lượt ghép nối nào xét nhu cầu này; lượt đêm nay sẽ xét.")
    return _("Nhu cầu này đang mở; dưới đây là điều mỗi lượt ghép nối đã tìm thấy.")


@bp.get("/proposals/lines/<line_id>")
@requires(Action.SEE_PROPOSALS)
def why_line(line_id: str) -> ResponseReturnValue:
    """Where a pledge line goes, and why not all of it."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        line = line_asked(session, actor, line_id)
        proposals = proposals_of_line(session, actor, line_id)
        allocations = allocations_of_line(session, actor, line_id)
        why_not = why_not_line(session, actor, line_id)
    return page(
        "why_line", line=line, proposals=proposals, allocations=allocations, why_not=why_not
    )


@bp.get("/runs/<run_id>/left-out")
@requires(Action.SEE_PROPOSALS)
def left_out(run_id: str) -> ResponseReturnValue:
    """The needs that a run left without all they ask for, each with its reason."""
    actor, wanted = current_actor(), _wanted()
    with transaction(read_only=True) as session:
        run = run_for(session, actor, run_id)
        reasons = reasons_of_run(session, actor, run_id, wanted.kind_code)
        rows = needs_left_out(session, actor, run_id, wanted)
        kinds = run_names(session, run).kinds
    kept: dict[str, Any] = {"reason": wanted.code, "kind": wanted.kind_code}
    here = url_for("matching.left_out", run_id=run_id, after=rows[-1].id if rows else None, **kept)
    return page(
        "left_out",
        run=run,
        reasons=reasons,
        titles=reason_titles.TITLES,
        rows=rows,
        wanted=wanted,
        kind=kinds.get(wanted.kind_code or ""),
        following=here if len(rows) == PAGE else None,
    )


def _wanted() -> LeftFilter:
    after = request.args.get("after", "")
    return LeftFilter(
        code=request.args.get("reason", "")[:40] or None,
        kind_code=request.args.get("kind", "")[:40] or None,
        after=int(after) if after.isdecimal() and len(after) < len(str(2**63)) else None,
    )
