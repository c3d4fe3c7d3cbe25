"""The journal: who did what in one's wards, and the head of the chain to compare with paper."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, requires
from app.accounts.queries import names_of
from app.accounts.rules import POLICY, Action, Scope
from app.accounts.texts import ROLES
from app.audit import queries
from app.infra.transaction import transaction

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("/")
@requires(Action.SEE_AUDIT)
def index() -> ResponseReturnValue:
    """The newest events within the reader's scope, fifty a page."""
    actor = current_actor()
    own_only = POLICY[Action.SEE_AUDIT][actor.role] is Scope.OWN
    before = request.args.get("before", "")
    with transaction(read_only=True) as session:
        page = queries.journal(
            session,
            ward_codes=actor.ward_codes,
            actor_id=actor.account_id if own_only else None,
            before=int(before) if before.isdecimal() else None,
        )
        names = names_of(session, {e.actor_id for e in page.events if e.actor_id})
        head = queries.seal_head(session)
    return render_template("audit/index.html", page=page, names=names, head=head, roles=ROLES)
