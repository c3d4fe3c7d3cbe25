"""The page of the second person: what was handed over and waits for a word."""

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.looks import shows_names_of
from app.accounts.rules import Action
from app.handovers import actions, queries
from app.handovers.forms import ConfirmForm
from app.handovers.views.blueprint import bp, page, refused_words
from app.infra.i18n import _
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError


@bp.get("/handovers/to-confirm")
@requires(Action.CONFIRM_HANDOVER)
def to_confirm() -> ResponseReturnValue:
    """Everything that was handed over and not confirmed, day by day."""
    return _page(ConfirmForm(), words=None)


@bp.post("/handovers/to-confirm")
@requires(Action.CONFIRM_HANDOVER)
def confirm() -> ResponseReturnValue:
    """Confirm the ticked handovers."""
    form = ConfirmForm(request.form)
    if not form.validate():
        return _page(form, words=None), 422
    try:
        with transaction() as session:
            actor, method = current_actor(), form.chosen_method()
            count = actions.confirm_handovers(session, actor, form.draft(), method, now=now())
            flash_done(_("Đã xác nhận %(n)s phần quà. Nhà hảo tâm sẽ được báo.", n=count))
            return done(session, "handovers.to_confirm")
    except DomainError as refusal:
        return _page(form, words=refused_words(refusal)), refusal.status


def _page(form: ConfirmForm, words: str | None) -> str:
    with transaction(read_only=True) as session:
        rows = queries.to_confirm(session, current_actor())
    shows_names_of(row.household_code for row in rows)
    return page("to_confirm", rows=rows, form=form, words=words)
