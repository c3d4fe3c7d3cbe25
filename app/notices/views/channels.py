"""The page of channels: what goes, what pauses and why, and how it goes again."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires, settings
from app.accounts.rules import POLICY, Action, Scope
from app.infra.i18n import _
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.notices import actions, queries, texts
from app.notices.channels import adapter_for
from app.notices.forms import PauseForm, ZaloTokenForm
from app.notices.rules import OUTWARD, Channel
from app.notices.views.blueprint import bp
from app.places import queries as places

NONE_WRONG: Mapping[Channel, PauseForm] = MappingProxyType({})


@bp.get("/notices/channels")
@requires(Action.MIND_CHANNELS)
def channels() -> ResponseReturnValue:
    """Each way out: whether it goes, what waits for it, who let it pause and why."""
    return _page(ZaloTokenForm())


def _page(token_form: ZaloTokenForm, wrong: Mapping[Channel, PauseForm] = NONE_WRONG) -> str:
    actor, moment = current_actor(), now()
    sees_all = POLICY[Action.MIND_CHANNELS][actor.role] is Scope.ALL
    with transaction(read_only=True) as session:
        pauses = queries.pauses_with_names(session, actor.ward_codes, now=moment)
        elsewhere = queries.pauses_of_wards(session) if sees_all else []
        wards = places.wards_by_code(session, {pause.ward_code for pause in elsewhere})
        waiting = queries.waiting_by_channel(session, None if sees_all else actor.ward_codes)
    return render_template(
        "notices/channels.html",
        channels=[(one, adapter_for(one, settings()) is not None) for one in OUTWARD],
        pauses=pauses,
        sees_all=sees_all,
        openable={c for c, found in pauses.items() if any(sees_all or p.is_wards for p in found)},
        waiting=waiting,
        elsewhere=elsewhere,
        wards=wards,
        pause_forms={one: PauseForm().of(one) for one in OUTWARD} | dict(wrong),
        token_form=token_form,
        wrong=wrong,
        texts=texts,
    )


@bp.post("/notices/channels/<channel>/pause")
@requires(Action.MIND_CHANNELS)
def pause_channel(channel: str) -> ResponseReturnValue:
    """Send nothing by a channel until somebody opens it."""
    chosen, form = _channel(channel), PauseForm(request.form)
    if not form.validate():
        return _page(ZaloTokenForm(), {chosen: form.of(chosen)}), 422
    with transaction() as session:
        actions.let_pause(session, current_actor(), chosen, form.draft(), now=now())
        flash_done(_("Đã tạm dừng kênh này. Tin mới sẽ chờ, không mất."))
        return done(session, ".channels")


@bp.post("/notices/channels/<channel>/open")
@requires(Action.MIND_CHANNELS)
def open_channel(channel: str) -> ResponseReturnValue:
    """Let messages go by a channel again."""
    with transaction() as session:
        actions.open_channel(session, current_actor(), _channel(channel))
        flash_done(_("Đã mở lại kênh này. Tin đang chờ sẽ đi trong vòng 15 phút."))
        return done(session, ".channels")


@bp.post("/notices/channels/zalo/token")
@requires(Action.ENTER_TOKEN)
def enter_token() -> ResponseReturnValue:
    """Keep a new refresh token of Zalo."""
    form = ZaloTokenForm(request.form)
    if not form.validate():
        return _page(form), 422
    with transaction() as session:
        actions.enter_token(session, current_actor(), form.draft(), now=now())
        flash_done(_("Đã lưu mã mới và mở kênh Zalo. Tin đang chờ sẽ đi trong vòng 15 phút."))
        return done(session, ".channels")


def _channel(typed: str) -> Channel:
    """The channel of an address. Raises NotFound for what is none that leaves the house."""
    for channel in OUTWARD:
        if channel.value == typed:
            return channel
    raise NotFound("page")
