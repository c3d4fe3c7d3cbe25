"""Wiring: one app from its settings; which areas it has; how refusals are answered."""

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import cast

from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app import navigation
from app.accounts import access, looks, unsent
from app.accounts.rules import NOBODY
from app.accounts.texts import ROLES
from app.config import Settings
from app.infra import answers, assets, database, jinja, jobs, queue
from app.infra.crypto import FieldCipher, use_cipher
from app.infra.i18n import LazyString, current_language
from app.infra.requests import AlreadyAnswered, SentBefore
from app.kernel.errors import DomainError, NotFound

# Every area with pages; its blueprint is `bp` in its views.
AREAS = (
    "accounts",
    "desk",
    "publicity",
    "places",
    "catalogue",
    "programmes",
    "households",
    "needs",
    "pledges",
    "stock",
    "matching",
    "handovers",
    "notices",
    "campaigns",
    "reports",
    "audit",
    "operations",
    "components",
)
MAX_BODY = 12 * 1024 * 1024
MAX_FIELDS = 2_000
MAX_FIELD_BYTES = 600_000


def create_app(settings: Settings, *, areas: Sequence[str] = AREAS) -> Flask:
    """An app on the servers that `settings` name. Opens no connection yet.

    areas: whose pages it serves; a worker that needs no page is 50 MB smaller without them.
    """
    database.bind(database.make_engine(settings))
    use_cipher(FieldCipher(settings.field_keys, settings.index_key))
    connection = queue.connect(settings.redis_url)
    jobs.use_waker(queue.waker(connection))
    app = Flask("app", template_folder=str(_templates()), static_folder=None)
    app.config.update(
        NC=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_PARTS=MAX_FIELDS,
        MAX_FORM_MEMORY_SIZE=MAX_FIELD_BYTES,
        KEEP_PAGES=settings.environment != "test",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https:"),
    )
    jinja.init_app(app)
    app.jinja_env.globals["deed_words"] = _words_of_areas("AUDIT")
    # Globals, so that macros have them without being handed a page's context.
    app.jinja_env.globals.update(csrf_token=access.csrf_token, request_key=access.request_key)
    access.init_app(app)
    unsent.init_app(app)
    answers.init_app(app, secure=settings.base_url.startswith("https:"))
    looks.init_app(app)
    for area in filter(_has_pages, areas):
        app.register_blueprint(import_module(f"app.{area}.views").bp)
    _map_refusals(app)
    app.context_processor(_for_layout)
    assets.serve(app)
    return app


def _has_pages(area: str) -> bool:
    folder = Path(__file__).parent / area
    return (folder / "views.py").exists() or (folder / "views" / "__init__.py").exists()


def _templates() -> Path:
    inside = Path(__file__).parent / "_templates"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "templates"


def _for_layout() -> dict[str, object]:
    """What the layout reads on every page."""
    actor = access.current_actor()
    return {
        "current_actor": None if actor is NOBODY else actor,
        "role_word": ROLES.get(actor.role, ""),
        "nav_items": navigation.items_for(actor, request.endpoint),
        "locale": current_language(),
        "is_demo": access.settings().is_demo,
        "hotline": access.settings().hotline,
    }


def _map_refusals(app: Flask) -> None:
    """Every refusal becomes an answer here and nowhere else."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(AlreadyAnswered, _answered_before)
    app.register_error_handler(SentBefore, _sent_before)
    app.register_error_handler(access.SignInNeeded, _ask_to_sign_in)
    app.register_error_handler(access.SecondFactorNeeded, _ask_for_second_factor)
    app.register_error_handler(access.FormNotOurs, lambda _: _page(400))
    app.register_error_handler(HTTPException, _http_error)
    for away in (OperationalError, PoolTimeout):
        app.register_error_handler(away, lambda _: _page(503))
    app.register_error_handler(DBAPIError, _database_refused)


def _refused(refusal: DomainError) -> ResponseReturnValue:
    """The words of an action's refusal, with its status.

    Who was signed in until now is asked to sign in again, for what only they may see.
    """
    if isinstance(refusal, NotFound) and g.get("session_ended"):
        return _ask_to_sign_in(access.SignInNeeded())
    return _page(refusal.status, words=words_for(refusal))


def words_for(refusal: DomainError) -> str | None:
    """The sentence for a refusal's code, filled with its facts; None if it has none."""
    words = _words_of_areas("ERRORS").get(refusal.code)
    if words is None:
        return None
    return str(words) % refusal.facts if refusal.facts else str(words)


@cache
def _words_of_areas(table: str) -> dict[str, LazyString]:
    """What all areas' texts have in `table`: ERRORS by code, or AUDIT by deed."""
    merged: dict[str, LazyString] = {}
    for area in AREAS:
        try:
            texts = import_module(f"app.{area}.texts")
        except ModuleNotFoundError:
            continue
        merged.update(cast("dict[str, LazyString]", getattr(texts, table, {})))
    return merged


def _answered_before(repeat: AlreadyAnswered) -> ResponseReturnValue:
    """A twin of a request that was carried out gets the same answer."""
    return redirect(repeat.location or url_for("desk.show"), 303)


def _sent_before(form: SentBefore) -> ResponseReturnValue:
    """What was carried out is not done again for a changed form; the person may mean a second."""
    return render_template("errors/sent_before.html", at=form.at), HTTPStatus.UNPROCESSABLE_ENTITY


def _ask_to_sign_in(_: access.SignInNeeded) -> ResponseReturnValue:
    """To the sign-in page and back; what a POST carried is kept meanwhile."""
    if request.method == "GET":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
    page = unsent.keep_unsent()
    if page is None:
        return _page(401)
    return redirect(url_for("accounts.sign_in", next=page), 303)


def _ask_for_second_factor(_: access.SecondFactorNeeded) -> ResponseReturnValue:
    return redirect(url_for("accounts.second_factor"), 303)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    return _page(error.code)


def _database_refused(error: DBAPIError) -> ResponseReturnValue:
    """A lock not had in time is "try again", a value no column holds is not ours; else a fault."""
    if getattr(error.orig, "sqlstate", "") in {"55P03", "40001", "40P01", "57014", "25006"}:
        return _page(503)
    if isinstance(error, DataError):
        return _page(400)
    raise error


def _page(status: int, *, words: str | None = None) -> ResponseReturnValue:
    """An error page that says what to do; never needs the database."""
    known = status if status in {400, 401, 404, 409, 413, 422, 429, 503} else 500
    known = 404 if status in {403, 404, 405, 410} else known
    g.setdefault("language", "vi")
    return render_template(f"errors/{known}.html", words=words), known
