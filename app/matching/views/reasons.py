"""Pages that answer "why this household, why not that one"."""

from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, requires
from app.accounts.rules import Action
from app.audit.actions import Subject, record
from app.infra.transaction import transaction
from app.kernel.clock import today
from app.matching.queries.allocations import allocations_of_line, allocations_of_need
from app.matching.queries.proposals import proposals_of_line, proposals_of_need
from app.matching.queries.reasons import line_asked, need_asked, why_not_line, why_not_need
from app.matching.views.blueprint import bp, page


@bp.get("/proposals/needs/<need_id>")
@requires(Action.SEE_PROPOSALS)
def why_need(need_id: str) -> ResponseReturnValue:
    """What the runs found for one need: proposals, allocations, and why not more."""
    actor = current_actor()
    with transaction() as session:
        need = need_asked(session, actor, need_id, today())
        if need.head_name is not None:
            record(session, actor, "view-reasons", Subject("need", need.id, need.ward_code))
        proposals = proposals_of_need(session, actor, need_id)
        allocations = allocations_of_need(session, actor, need_id)
        why_not = why_not_need(session, need_id)
    return page(
        "why_need", need=need, proposals=proposals, allocations=allocations, why_not=why_not
    )


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
