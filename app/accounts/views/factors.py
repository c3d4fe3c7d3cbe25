"""The second factor: setting it up, and typing its code when signing in."""

from typing import cast

import pyotp
import segno
from flask import Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts import actions, queries
from app.accounts.access import (
    current_actor,
    done,
    public,
    requires,
    set_session_cookie,
)
from app.accounts.forms import CodeForm
from app.accounts.proofs import in_fours
from app.accounts.rules import NOBODY, Action
from app.accounts.texts import ERRORS
from app.accounts.views.base import bp, safe_next
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError, NotFound

ISSUER = "Nhịp Cầu"


@bp.get("/sign-in/code")
@public
def code() -> ResponseReturnValue:
    """Ask for the code that the password alone does not replace."""
    if current_actor() is not NOBODY:
        return redirect("/", 303)
    with transaction(read_only=True) as session:
        queries.waiting_sign_in(session, actions.token_digest(g.session_token), now())
    return _code_page(CodeForm())


@bp.post("/sign-in/code")
@public
def pass_code() -> ResponseReturnValue:
    """Let the sign-in through under a new token; ask again if the code is wrong."""
    form = CodeForm(request.form)
    if not form.validate():
        return _code_page(form, 422)
    try:
        token = _passed(form.code.data or "")
    except NotFound:
        raise
    except DomainError as refusal:
        form.code.errors = [str(ERRORS[refusal.code])]
        return _code_page(form, refusal.status)
    response = cast("Response", redirect(safe_next() or "/", 303))
    set_session_cookie(response, token)
    return response


def _passed(typed: str) -> str:
    """Count the try in a transaction of its own, so that a wrong one is not forgotten."""
    with transaction() as session:
        digest = actions.token_digest(g.session_token)
        waiting = queries.waiting_sign_in(session, digest, now())
        allowed = actions.count_code(session, waiting.account_id, now=now())
    if not allowed:
        raise DomainError("too-many-codes")
    with transaction() as session:
        return actions.pass_code(session, g.session_token, typed, now=now())


def _code_page(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    return render_template("accounts/code.html", form=form, next=safe_next()), status


@bp.get("/account/second-factor")
@requires(Action.USE_OWN_ACCOUNT)
def second_factor() -> ResponseReturnValue:
    """One's own second factor: off, being set up, or on."""
    return _factor_page(CodeForm())


@bp.post("/account/second-factor")
@requires(Action.USE_OWN_ACCOUNT)
def begin_factor() -> ResponseReturnValue:
    """Make a key for the phone to learn."""
    try:
        with transaction() as session:
            actions.begin_factor(session, current_actor(), now=now())
            return done(session, ".second_factor")
    except DomainError as refusal:
        return _factor_page(_refused(CodeForm(), refusal), refusal.status)


@bp.post("/account/second-factor/confirm")
@requires(Action.USE_OWN_ACCOUNT)
def confirm_factor() -> ResponseReturnValue:
    """Switch it on by its first code, and show the recovery codes this once."""
    form, actor = CodeForm(request.form), current_actor()
    if not form.validate():
        return _factor_page(form, 422)
    try:
        with transaction() as session:
            allowed = actions.count_code(session, actor.account_id or "", now=now())
        if not allowed:
            raise DomainError("too-many-codes")
        with transaction() as session:
            codes = actions.confirm_factor(session, actor, form.code.data or "", now=now())
    except DomainError as refusal:
        return _factor_page(_refused(form, refusal), refusal.status)
    return render_template("accounts/recovery_codes.html", codes=[in_fours(c) for c in codes])


def _refused(form: CodeForm, refusal: DomainError) -> CodeForm:
    form.code.errors = [str(ERRORS[refusal.code])]
    return form


def _factor_page(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with transaction(read_only=True) as session:
        factor = queries.factor_of(session, actor.account_id or "")
        name = queries.email_of(session, actor.account_id or "") or actor.name
    link, picture, key = "", "", ""
    if factor is not None and factor.secret is not None:
        link = pyotp.TOTP(factor.secret).provisioning_uri(name=name, issuer_name=ISSUER)
        drawn = segno.make_qr(link, error="m").svg_inline(scale=4, border=4, light="#fff")
        picture, key = Markup(drawn), in_fours(factor.secret)  # noqa: S704 - drawn from our own key.
    return render_template(
        "accounts/second_factor.html", factor=factor, form=form, link=link, picture=picture, key=key
    ), status
