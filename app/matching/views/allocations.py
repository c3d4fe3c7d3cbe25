"""Pages of one allocation: what was promised, and taking it back."""

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.audit.queries import HistoryLine, history_of
from app.infra.i18n import _
from app.infra.jinja import moment
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.matching import actions
from app.matching.forms import ReleaseForm
from app.matching.queries.allocations import allocation_for
from app.matching.rules.states import RELEASABLE
from app.matching.views.blueprint import bp, page


@bp.get("/allocations/<allocation_id>")
@requires(Action.SEE_PROPOSALS)
def allocation(allocation_id: str) -> ResponseReturnValue:
    """One allocation with its history."""
    with transaction(read_only=True) as session:
        found = allocation_for(session, current_actor(), allocation_id)
        history = history_of(session, "allocation", allocation_id)
    may_release = current_actor().may(Action.DECIDE_PROPOSALS) and found.state in RELEASABLE
    return page(
        "allocation",
        allocation=found,
        timeline=[_happened(line) for line in history],
        form=ReleaseForm() if may_release else None,
    )


@bp.post("/allocations/<allocation_id>/release")
@requires(Action.DECIDE_PROPOSALS)
def release(allocation_id: str) -> ResponseReturnValue:
    """Take an allocation back, with a reason."""
    actor, form = current_actor(), ReleaseForm(request.form)
    with transaction() as session:
        if not form.validate():
            found = allocation_for(session, actor, allocation_id)
            return page("allocation", allocation=found, timeline=[], form=form), 422
        actions.release_allocation(session, actor, allocation_id, reason=form.draft(), now=now())
        flash_done(_("Đã thu hồi phân bổ; số hàng và nhu cầu được mở lại."))
        return done(session, "matching.allocation", allocation_id=allocation_id)


def _happened(line: HistoryLine) -> dict[str, str]:
    """One deed of the history for the page's timeline."""
    return {
        "deed": line.action,
        "when": moment(line.at),
        "text": line.reason or "",
        "state": "done",
    }
