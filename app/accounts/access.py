"""The door of every request: who asks, in which language, and whether the form is ours."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from app.accounts import actions, queries
from app.accounts.rules import NOBODY, SECOND_FACTOR, STAFF, Action, Actor
from app.audit.actions import use_request_id
from app.config import Settings
from app.infra.i18n import DEFAULT_LANGUAGE, LANGUAGES
from app.infra.kept import forget_kept
from app.infra.requests import MAX_KEY_LENGTH, RequestKey, fingerprint, remember_answer
from app.infra.transaction import (
    before_first_write,
    end_shared_reads,
    set_scope,
    share_reads,
    transaction,
)
from app.kernel.clock import now
from app.kernel.errors import NotFound

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
LANGUAGE_COOKIE = "nc-lang"
ANONYMOUS_COOKIE = "nc-anon"
YEAR = 365 * 24 * 3600
SEEN_EVERY = timedelta(minutes=1)


class SignInNeeded(Exception):
    """Nobody is signed in and the page needs somebody."""


class SecondFactorNeeded(Exception):
    """The site asks this role for a second factor, and this person has none yet."""


class FormNotOurs(BadRequest):
    """A POST without our token: from elsewhere, or from a page that is too old."""


def requires(action: Action) -> Callable[[View], View]:
    """Let only roles with `action` in; others see what a missing page shows."""

    def wrap(view: View) -> View:
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:  # noqa: ANN401
            actor = current_actor()
            if actor is NOBODY:
                raise SignInNeeded
            if not actor.may(action):
                raise NotFound("page")
            if _lacks_second_factor(actor):
                raise SecondFactorNeeded
            return view(*args, **kwargs)

        guarded.__name__, guarded.__doc__ = view.__name__, view.__doc__
        guarded.nc_access = action  # type: ignore[attr-defined]  # read by the policy test
        return cast("View", guarded)

    return wrap


def _lacks_second_factor(actor: Actor) -> bool:
    """Whether a second factor is to be set up before anything but one's own account."""
    if actor.has_second_factor or actor.role not in SECOND_FACTOR:
        return False
    return settings().second_factor_required and request.endpoint not in WITHOUT_SECOND_FACTOR


# What leads to a second factor, and away.
WITHOUT_SECOND_FACTOR = frozenset(
    f"accounts.{name}"
    for name in ("second_factor", "begin_factor", "confirm_factor", "sign_out", "own", "switch")
)


def public(view: View) -> View:
    """Let anybody in."""
    view.nc_access = None  # type: ignore[attr-defined]  # read by the policy test
    return view


def current_actor() -> Actor:
    """Who makes this request; NOBODY when not signed in."""
    return cast("Actor", g.get("actor", NOBODY))


def done(session: Session, endpoint: str, **values: object) -> Response:
    """Answer a POST by a 303, and remember the answer for a twin of this request."""
    location = url_for(endpoint, **cast("Mapping[str, Any]", values))
    remember_answer(session, location)
    if account_id := current_actor().account_id:
        forget_kept(session, account_id, request.full_path.rstrip("?"))
    return cast("Response", redirect(location, 303))


def flash_done(words: str) -> None:
    """Say on the next page that it is done. No names: the text travels in a cookie."""
    flash(words, "done")


def settings() -> Settings:
    """The settings this app was made with."""
    return cast("Settings", current_app.config["NC"])


def init_app(app: Flask) -> None:
    """Open the door on `app`: identify before each request, set cookies after it."""
    app.before_request(_identify)
    app.before_request(_check_form)
    app.after_request(_keep_anonymous)
    app.teardown_request(lambda _error: end_shared_reads())


def session_cookie_name(settings: Settings) -> str:
    """`__Host-nc` where the site is served by TLS, as the prefix demands."""
    return "__Host-nc" if settings.base_url.startswith("https:") else "nc-session"


def set_session_cookie(response: Response, token: str | None) -> None:
    """Hand the browser its session token, or take it back."""
    name, secure = session_cookie_name(settings()), settings().base_url.startswith("https:")
    if token is None:
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="Lax")
    else:
        response.set_cookie(name, token, path="/", secure=secure, httponly=True, samesite="Lax")


def _identify() -> None:
    """Read the session once; set language and row scope for all that follows."""
    g.actor, g.language = NOBODY, _asked_language()
    before_first_write(None)
    set_scope(())
    if request.method in {"GET", "HEAD"} and request.endpoint != "static":
        share_reads()
    g.request_id = secrets.token_hex(8)
    use_request_id(g.request_id)
    g.session_token = request.cookies.get(session_cookie_name(settings()), "")
    if not g.session_token or request.endpoint in {None, "static"}:
        return
    digest, moment = actions.token_digest(g.session_token), now()
    with transaction(read_only=True, one_statement=True) as session:
        found = queries.holder_of(session, digest, moment)
    if found is None:
        g.session_ended = True
        return
    g.actor, g.beside = found.actor, found.beside
    if request.cookies.get(LANGUAGE_COOKIE) not in LANGUAGES:
        g.language = found.language
    set_scope(found.actor.ward_codes if found.actor.role in STAFF else ())
    _note_use(found.actor)


def _note_use(actor: Actor) -> None:
    """Keep the session alive, writing at most once a minute and process."""
    last = _seen.get(actor.session_id or "")
    if last is not None and now() - last < SEEN_EVERY:
        return
    if len(_seen) > MOST_REMEMBERED:
        _seen.clear()
    _seen[actor.session_id or ""] = now()
    with transaction() as session:
        actions.mark_seen(session, actor.session_id or "", now=now())


_seen: dict[str, Any] = {}
MOST_REMEMBERED = 10_000


def _asked_language() -> str:
    """The language chosen by cookie; the site's own otherwise."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in LANGUAGES else DEFAULT_LANGUAGE


def csrf_token() -> str:
    """The token that this browser's forms carry, bound to its session."""
    bound = g.session_token or anonymous_id()
    return hmac.digest(settings().secret_key, f"csrf:{bound}".encode(), "sha256").hex()


def request_key() -> str:
    """A fresh key for one form: sent twice, it is done once."""
    return secrets.token_urlsafe(16)


def anonymous_id() -> str:
    """What binds the forms of a browser that is not signed in."""
    if "anonymous_id" not in g:
        g.anonymous_id = request.cookies.get(ANONYMOUS_COOKIE) or secrets.token_urlsafe(16)
        g.anonymous_is_new = ANONYMOUS_COOKIE not in request.cookies
    return str(g.anonymous_id)


def _keep_anonymous(response: Response) -> Response:
    """Give a new visitor the cookie to which the forms on this page are bound."""
    if g.get("anonymous_is_new"):
        secure = settings().base_url.startswith("https:")
        response.set_cookie(
            ANONYMOUS_COOKIE, g.anonymous_id, secure=secure, httponly=True, samesite="Strict"
        )
    return response


def _check_form() -> None:
    """Refuse a POST that is not from a page of ours; hold its key for the first write."""
    if request.method not in {"POST", "PUT", "PATCH", "DELETE"}:
        return
    if request.endpoint in EXEMPT:
        return
    _refuse_flood()
    sent = request.form.get("csrf_token") or request.headers.get("X-CSRF-Token", "")
    foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if foreign or not hmac.compare_digest(sent.encode(), csrf_token().encode()):
        raise FormNotOurs
    key = request.form.get("request_key") or request.headers.get("Idempotency-Key", "")
    if not key or len(key) > MAX_KEY_LENGTH:
        raise FormNotOurs
    who = current_actor().account_id or anonymous_id()
    claim = RequestKey(who, key, fingerprint(request.method, request.full_path, _fields))
    before_first_write(claim.claim)


def _refuse_flood() -> None:
    """Refuse more fields or more typed text than any page of ours can hold.

    The framework counts the parts of forms with files only.
    """
    app, typed = current_app.config, request.mimetype == "application/x-www-form-urlencoded"
    if typed and (request.content_length or 0) > app["MAX_FORM_MEMORY_SIZE"]:
        raise RequestEntityTooLarge
    if sum(map(len, request.form.listvalues())) > app["MAX_FORM_PARTS"]:
        raise RequestEntityTooLarge


# Reports that browsers send by themselves, and those that a provider signs: they carry no token.
EXEMPT = frozenset({"operations.csp_report", "notices.zalo_report"})


def _fields() -> list[tuple[str, str]]:
    """The posted fields, and the names of the files with them and what is in them."""
    plain = [(k, v) for k, v in request.form.items(multi=True)]
    return plain + [(k, _content_of(f)) for k, f in request.files.items(multi=True)]


def _content_of(file: FileStorage) -> str:
    """The file's name and a digest of its content, which is left to be read."""
    digest = hashlib.sha256(file.stream.read()).hexdigest()
    file.stream.seek(0)
    return f"{file.filename} {digest}"


def client_address() -> str:
    """The caller's address, counting our own proxies from the right of the header."""
    hops = settings().trusted_proxies
    chain = [p.strip() for p in request.headers.get("X-Forwarded-For", "").split(",") if p.strip()]
    if hops and len(chain) >= hops:
        return chain[-hops]
    return request.remote_addr or ""
