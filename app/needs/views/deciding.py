"""Deciding on needs: one by one from their page, or many at once from the list."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires, settings
from app.accounts.rules import Action
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.needs import actions
from app.needs.forms import LONGEST_REASON, ChosenForm, ReasonForm, SeenForm
from app.needs.rules import CARD_DELAY
from app.needs.texts import ERRORS
from app.needs.views.base import ALL_ERRORS, bp, words_of
from app.needs.views.reading import listed, shown


@bp.post("/needs/<need_id>/verify")
@requires(Action.VERIFY)
def verify(need_id: str) -> ResponseReturnValue:
    """Confirm that the need is real."""
    seen = SeenForm(request.form).seen()
    decide = partial(actions.verify_need, now=now(), seen=seen)
    return _decided(need_id, decide, _("Đã xác minh. Nhu cầu chờ lãnh đạo duyệt."))


@bp.post("/needs/<need_id>/approve")
@requires(Action.APPROVE)
def approve(need_id: str) -> ResponseReturnValue:
    """Open the need; in the demo its card is posted at once."""
    seen = SeenForm(request.form).seen()
    decide = partial(actions.approve_need, now=now(), seen=seen, longest_delay=_delay())
    return _decided(need_id, decide, _("Đã duyệt. Nhu cầu đã mở để ghép nối."))


@bp.post("/needs/<need_id>/resume")
@requires(Action.APPROVE)
def resume(need_id: str) -> ResponseReturnValue:
    """Put a suspended need back into matching."""
    return _decided(need_id, actions.resume_need, _("Đã mở lại nhu cầu để ghép nối."))


@bp.post("/needs/<need_id>/return")
@requires(Action.SEE_NEEDS)
def send_back(need_id: str) -> ResponseReturnValue:
    """Send the need back with a reason, to whoever registered it."""
    words = _("Đã trả lại để bổ sung và báo cho người lập.")
    return _reasoned(need_id, "return", actions.return_need, words)


@bp.post("/needs/<need_id>/reject")
@requires(Action.SEE_NEEDS)
def reject(need_id: str) -> ResponseReturnValue:
    """Refuse the need for good, with the reason that its household may read."""
    return _reasoned(need_id, "reject", actions.reject_need, _("Đã ghi là không duyệt, kèm lý do."))


@bp.post("/needs/<need_id>/suspend")
@requires(Action.SEE_NEEDS)
def suspend(need_id: str) -> ResponseReturnValue:
    """Take the need out of matching for a while."""
    return _reasoned(need_id, "suspend", actions.suspend_need, _("Đã tạm dừng nhu cầu."))


@bp.post("/needs/<need_id>/withdraw")
@requires(Action.SEE_NEEDS)
def withdraw(need_id: str) -> ResponseReturnValue:
    """Close a need that is no longer there."""
    return _reasoned(need_id, "withdraw", actions.withdraw_need, _("Đã rút nhu cầu."))


@bp.post("/needs/verify")
@requires(Action.VERIFY)
def verify_many() -> ResponseReturnValue:
    """Verify the ticked needs; each refusal leaves its need as it was."""
    return _many(partial(actions.verify_need, now=now()), "submitted")


@bp.post("/needs/approve")
@requires(Action.APPROVE)
def approve_many() -> ResponseReturnValue:
    """Approve the ticked needs; each refusal leaves its need as it was."""
    return _many(partial(actions.approve_need, now=now(), longest_delay=_delay()), "verified")


def _delay() -> timedelta:
    return CARD_DELAY * 0 if settings().is_demo else CARD_DELAY


def _decided(
    need_id: str,
    decide: Callable[..., None],
    words: str,
    *,
    typed: Mapping[str, ReasonForm] | None = None,
) -> ResponseReturnValue:
    """Decide on one need, or say on its page why not, with the reason that was typed."""
    try:
        with transaction() as session:
            decide(session, current_actor(), need_id)
            flash_done(words)
            return done(session, ".show", need_id=need_id)
    except DomainError as refusal:
        if refusal.status == HTTPStatus.NOT_FOUND:
            raise
        return shown(need_id, words_of(refusal), refusal.status, typed=typed)


def _reasoned(
    need_id: str, step: str, decide: Callable[..., None], words: str
) -> ResponseReturnValue:
    """Decide with the reason typed beside this step's button."""
    form = ReasonForm(request.form, prefix=f"{step}-")
    if not form.validate():
        long = _("Lý do dài quá %(most)s chữ. Hãy viết ngắn hơn.", most=LONGEST_REASON)
        none = _("Hãy ghi lý do, để người lập và hộ hiểu vì sao.")
        return shown(need_id, long if form.reason.data else none, 422, typed={step: form})
    reason = form.reason.data or ""
    return _decided(
        need_id, lambda s, actor, key: decide(s, actor, key, reason), words, typed={step: form}
    )


def _many(decide: Callable[..., None], state: str) -> ResponseReturnValue:
    """Decide on all that were ticked, and say how many could not be done and why."""
    chosen = ChosenForm(request.form).ids()
    if not chosen:
        return listed(str(ERRORS["no-need-chosen"]), 422)
    try:
        with transaction() as session:
            outcome = _decide_all(session, chosen, decide)
            flash_done(_outcome_words(outcome))
            return done(session, ".index", state=state)
    except DomainError as refusal:
        return listed(words_of(refusal), refusal.status)


def _decide_all(session: Session, ids: list[str], decide: Callable[..., None]) -> actions.Outcome:
    actor = current_actor()
    return actions.decide_many(session, ids, lambda need_id: decide(session, actor, need_id))


def _outcome_words(outcome: actions.Outcome) -> str:
    """How many were done, and of the rest how many for which reason."""
    said = [_("Đã xử lý %(n)s nhu cầu.", n=outcome.done)]
    for code, count in outcome.refused.items():
        why = str(ALL_ERRORS.get(code, code)).partition("%(")[0]
        said.append(_("%(n)s nhu cầu chưa xử lý được: %(why)s", n=count, why=why))
    return " ".join(said)
