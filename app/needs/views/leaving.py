"""Noting that a household left the ward. Here, not with households: its needs end with it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.infra.i18n import _
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.needs import actions
from app.needs.forms import ReasonForm
from app.needs.texts import STILL_HELD
from app.needs.views.base import bp


@bp.post("/households/<household_id>/move-away")
@requires(Action.REGISTER_HOUSEHOLD)
def move_away(household_id: str) -> ResponseReturnValue:
    """Note that a household no longer lives in the ward, and stop asking for it."""
    form = ReasonForm(request.form)
    if not form.validate():
        flash(_("Xin ghi lý do rồi làm lại."), "error")
        return redirect(url_for("households.show", household_id=household_id), 303)
    actor, reason = current_actor(), str(form.reason.data)
    with transaction() as session:
        held = actions.move_household_away(session, actor, household_id, reason, now=now())
        flash_done(_("Đã ghi hộ chuyển đi. Các nhu cầu của hộ đã dừng."))
        if held:
            flash(str(STILL_HELD) % {"n": held}, "waiting")
        return done(session, "households.show", household_id=household_id)
