"""One's own account: roles and sign-ins."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import actions, queries
from app.accounts.access import current_actor, done, flash_done, requires, set_session_cookie
from app.accounts.forms import ChooseForm
from app.accounts.rules import Action
from app.accounts.texts import ROLES
from app.accounts.views.base import bp, device
from app.infra.i18n import _
from app.infra.transaction import transaction
from app.kernel.clock import now


@bp.get("/account")
@requires(Action.USE_OWN_ACCOUNT)
def own() -> ResponseReturnValue:
    """One's roles, language and sign-ins."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        roles = queries.roles_of(session, actor.account_id or "", now())
        open_sessions = queries.sessions_of(session, actor, now())
        code = queries.code_of(session, actor.account_id or "")
        unconfirmed = queries.is_unconfirmed(session, actor.account_id or "")
    return render_template(
        "accounts/own.html",
        roles=roles,
        sessions=open_sessions,
        unconfirmed=unconfirmed,
        code=code,
        role_words=ROLES,
    )


@bp.post("/account/role")
@requires(Action.USE_OWN_ACCOUNT)
def switch() -> ResponseReturnValue:
    """Go on under another of one's roles."""
    form = ChooseForm(request.form)
    if not form.validate():
        return redirect(url_for(".own"), 303)
    with transaction() as session:
        token = actions.switch_role(
            session, current_actor(), form.chosen.data or "", device(), now=now()
        )
        response = done(session, "desk.show")
    set_session_cookie(response, token)
    return response


@bp.post("/account/sessions")
@requires(Action.USE_OWN_ACCOUNT)
def end() -> ResponseReturnValue:
    """End one of one's own sign-ins, say on a lost phone."""
    form = ChooseForm(request.form)
    with transaction() as session:
        if form.validate():
            actions.end_session(session, current_actor(), form.chosen.data or "", now=now())
            flash_done(_("Đã kết thúc phiên đăng nhập đó."))
        return done(session, ".own")
