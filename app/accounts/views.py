"""Signing in and out, resetting a password, choosing a role, ending one's sessions."""

from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
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
    ChooseForm,
    Credentials,
    NewPasswordForm,
    ResetRequestForm,
    SignInForm,
)
from app.accounts.names import sign_in_name
from app.accounts.rules import NOBODY, STAFF, Action, password_refusal
from app.accounts.texts import ERRORS, ROLES
from app.infra.i18n import LANGUAGES, _
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError

bp = Blueprint("accounts", __name__)
LONGEST_DEVICE = 120


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    if current_actor() is not NOBODY:
        return redirect("/", 303)
    return render_template("accounts/sign_in.html", form=SignInForm(), next=_safe_next())


@bp.post("/sign-in")
@public
def start() -> ResponseReturnValue:
    """Sign somebody in, or say that name or password is wrong, whichever it is."""
    form = SignInForm(request.form)
    if not form.validate():
        return _again(form)
    try:
        token = _signed_in(form.draft())
    except DomainError as refused:
        form.name.errors = [str(ERRORS[refused.code])]
        return _again(form, refused.status)
    response = cast("Response", redirect(_safe_next() or "/", 303))
    set_session_cookie(response, token)
    return response


def _again(form: SignInForm, status: int = 422) -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", form=form, next=_safe_next()), status


def _signed_in(draft: Credentials) -> str:
    """Check limits, then the password outside any transaction, then open the session."""
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
    with transaction() as session:
        return actions.start_session(session, account.id, _device(), now=now())


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
    if not (form.validate() and _is_acceptable(form)):
        return render_template("accounts/reset.html", form=form, token=token), 422
    hashed = passwords.hash_password(form.password.data or "")
    with transaction() as session:
        actions.reset_password(session, token, hashed, now=now())
        flash_done(_("Đã đặt mật khẩu mới. Hãy đăng nhập."))
        return done(session, ".sign_in")


def _is_acceptable(form: NewPasswordForm) -> bool:
    """Judge the password as strictly as for staff; the link's owner may be one."""
    if form.password.data != form.again.data:
        form.again.errors = [str(ERRORS["passwords-differ"])]
        return False
    staff = current_actor().role in STAFF
    if refusal := password_refusal(form.password.data or "", staff=staff):
        form.password.errors = [str(ERRORS[refusal])]
    return not form.password.errors


@bp.get("/account")
@requires(Action.USE_OWN_ACCOUNT)
def own() -> ResponseReturnValue:
    """One's roles, language and sign-ins."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        roles = queries.roles_of(session, actor.account_id or "", now())
        open_sessions = queries.sessions_of(session, actor, now())
    return render_template(
        "accounts/own.html", roles=roles, sessions=open_sessions, role_words=ROLES
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
            session, current_actor(), form.chosen.data or "", _device(), now=now()
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


@bp.get("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    """Show the site in another language, and remember it for messages too."""
    response = cast("Response", redirect(_safe_next() or "/", 303))
    if code in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, code, max_age=YEAR, samesite="Lax", httponly=True)
        if current_actor() is not NOBODY:
            with transaction() as session:
                actions.choose_language(session, current_actor(), code)
    return response


def _safe_next() -> str | None:
    """The page asked for before signing in, if it is one of ours."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if ours and not parts.netloc and "\\" not in wanted else None


def _device() -> str:
    """The browser in a few words, so that a person recognises their own sign-ins."""
    g.device = request.headers.get("User-Agent", "")[:LONGEST_DEVICE]
    return str(g.device) or "?"
