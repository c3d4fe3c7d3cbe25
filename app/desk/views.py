"""The first page after signing in."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, requires
from app.accounts.rules import Action, Role
from app.desk import queries
from app.desk.texts import DOORS, TASKS
from app.infra.transaction import transaction
from app.kernel.clock import now

bp = Blueprint("desk", __name__)
# Whose first page is another one: donors come to follow their pledges.
ELSEWHERE = {Role.DONOR: "pledges.mine", Role.DONOR_ADMIN: "pledges.mine"}


@bp.get("/desk")
@requires(Action.USE_OWN_ACCOUNT)
def show() -> ResponseReturnValue:
    """Only what waits for this person, what has waited longest first."""
    actor = current_actor()
    if actor.role in ELSEWHERE:
        return redirect(url_for(ELSEWHERE[actor.role]), 303)
    moment = now()
    with transaction(read_only=True) as session:
        waiting = queries.waiting_for(session, actor, now=moment)
    words = {"tasks": TASKS, "door": DOORS.get(Role(actor.role))}
    return render_template("desk/show.html", waiting=waiting, current_time=moment, **words)
