"""Signing in and out, setting a password by a link, choosing the language."""

from contextlib import suppress
from typing import cast

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import actions, passwords, queries
from app.accounts.access import (
    LANGUAGE_COOKIE,
    YEAR,
    client_address,
    current_actor,
    done,
    flash_done,
    public,
    requires,
    set_session_cookie,
)
from app.accounts.forms import (
    Credentials,
    NewPasswordForm,
    ResetRequestForm,
    SignInForm,
)
from app.accounts.names import sign_in_name
from app.accounts.proofs import password_refusal
from app.accounts.rules import NOBODY, Action
from app.accounts.texts import ERRORS
from app.accounts.views.base import bp, device, safe_next
from app.infra.i18n import LANGUAGES, _
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    if current_actor() is not NOBODY:
        return redirect("/", 303)
    return render_template("accounts/sign_in.html", form=SignInForm(), next=safe_next())


@bp.post("/sign-in")
@public
def start() -> ResponseReturnValue:
    """Sign somebody in, or say that name or password is wrong, whichever it is."""
    form = SignInForm(request.form)
    if not form.validate():
        return _again(form)
    try:
        token, needs_code = _signed_in(form.draft())
    except DomainError as refused:
        form.name.errors = [str(ERRORS[refused.code])]
        return _again(form, refused.status)
    where = url_for(".code", next=safe_next()) if needs_code else safe_next() or "/"
    response = cast("Response", redirect(where, 303))
    set_session_cookie(response, token)
    return response


def _again(form: SignInForm, status: int = 422) -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", form=form, next=safe_next()), status


def _signed_in(draft: Credentials) -> tuple[str, bool]:
    """Check limits, then the password outside any transaction, then open the session.

    Returns its token, and whether the second factor is still to come.
    """
    index = actions.name_index(sign_in_name(draft.name))
    with transaction() as session:
        allowed = actions.count_attempt(
            session, f"address:{client_address()}", actions.ADDRESS_LIMITS, now()
        ) and actions.count_attempt(session, f"name:{index.hex()}", actions.ACCOUNT_LIMITS, now())
        account = queries.account_by_index(session, index) if allowed else None
    if not allowed:
        raise DomainError("too-many-tries")
    if not passwords.is_right(account.password_hash if account else None, draft.password):
        raise DomainError("wrong-name-or-password")
    assert account is not None  # noqa: S101 - is_right() is False for a missing account.
    stronger = _stronger_hash(account.password_hash or "", draft.password)
    with transaction() as session:
        if stronger is not None:
            actions.keep_stronger_hash(session, account.id, account.password_hash or "", stronger)
        token = actions.start_session(session, account.id, device(), now=now())
        return token, queries.needs_code(session, actions.token_digest(token))


def _stronger_hash(stored: str, password: str) -> str | None:
    """The right password hashed at today's cost, if that is another; not while many sign in."""
    if not passwords.is_outdated(stored):
        return None
    with suppress(passwords.TooManySigningIn):
        return passwords.hash_password(password)
    return None


@bp.post("/sign-out")
@requires(Action.USE_OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """End this session and clear what the browser kept."""
    actor = current_actor()
    with transaction() as session:
        actions.end_session(session, actor, actor.session_id or "", now=now())
    response = cast("Response", redirect("/", 303))
    set_session_cookie(response, None)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("/forgot-password")
@public
def forgot() -> ResponseReturnValue:
    """Ask for a reset link."""
    return render_template("accounts/forgot.html", form=ResetRequestForm(), sent=False)


@bp.post("/forgot-password")
@public
def send_reset() -> ResponseReturnValue:
    """Owe a reset link if there is such an account; the answer is the same if not."""
    form = ResetRequestForm(request.form)
    if not form.validate():
        return render_template("accounts/forgot.html", form=form, sent=False), 422
    index = actions.name_index(sign_in_name(form.name.data or ""))
    with transaction() as session:
        key = f"reset:{index.hex()}"
        if actions.count_attempt(session, key, actions.RESET_LIMITS, now()):
            actions.request_reset(session, index, now=now())
    return render_template("accounts/forgot.html", form=form, sent=True)


@bp.get("/reset/<token>")
@public
def reset(token: str) -> ResponseReturnValue:
    """Type a new password, if the link is still good."""
    with transaction(read_only=True) as session:
        queries.reset_by_digest(session, actions.token_digest(token), now())
    return render_template("accounts/reset.html", form=NewPasswordForm(), token=token)


@bp.post("/reset/<token>")
@public
def set_new(token: str) -> ResponseReturnValue:
    """Set the new password, end all sessions, and let the person sign in with it."""
    form = NewPasswordForm(request.form)
    with transaction(read_only=True) as session:
        owner = queries.owner_of_link(session, actions.token_digest(token))
        staff = queries.is_staff(session, owner or "", now())
    if not (form.validate() and _is_acceptable(form, staff=staff)):
        return render_template("accounts/reset.html", form=form, token=token), 422
    hashed = passwords.hash_password(form.password.data or "")
    with transaction() as session:
        actions.reset_password(session, token, hashed, now=now())
        flash_done(_("Đã đặt mật khẩu mới. Hãy đăng nhập."))
        return done(session, ".sign_in")


def _is_acceptable(form: NewPasswordForm, *, staff: bool) -> bool:
    """Judge the password by whose it is: that of staff is longer."""
    if form.password.data != form.again.data:
        form.again.errors = [str(ERRORS["passwords-differ"])]
        return False
    if refusal := password_refusal(form.password.data or "", staff=staff):
        form.password.errors = [str(ERRORS[refusal])]
    return not form.password.errors


@bp.get("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    """Show the site in another language, and remember it for messages too."""
    response = cast("Response", redirect(safe_next() or "/", 303))
    if code in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, code, max_age=YEAR, samesite="Lax", httponly=True)
        if current_actor() is not NOBODY:
            with transaction() as session:
                actions.choose_language(session, current_actor(), code)
    return response
