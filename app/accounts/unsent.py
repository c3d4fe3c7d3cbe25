"""What somebody typed when their session had ended: kept, and filled in when they are back."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, current_app, flash, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from app.accounts import actions, queries
from app.accounts.access import current_actor
from app.infra import kept
from app.infra.forms import use_typed_before
from app.infra.i18n import _
from app.infra.transaction import transaction
from app.kernel.clock import now

RECALL = "kept"
TOKENS = frozenset({"csrf_token", "request_key"})


def keep_unsent() -> str | None:
    """Keep this POST for the account whose session has ended; returns the page to come back to.

    None where nothing may be kept: forms of accounts themselves, which hold passwords and codes,
    a session that nobody knows, a form that says not on which page it stood.
    """
    page = _page_of_form()
    if request.blueprint == "accounts" or page is None or "HX-Request" in request.headers:
        return None
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in TOKENS and "password" not in name
    ]
    with transaction() as session:
        digest = actions.token_digest(g.session_token)
        account_id = queries.account_of_token(session, digest) if g.session_token else None
        if account_id is None:
            return None
        if not kept.keep(session, account_id, page, _path(), fields, now=now()):
            return None
    flash(_("Phiên làm việc đã hết. Hãy đăng nhập lại: những gì vừa nhập vẫn còn."), "waiting")
    return f"{page}{'&' if '?' in page else '?'}{RECALL}=1"


def init_app(app: Flask) -> None:
    """Look before each page for what is to be filled in; after access has said who asks."""
    app.before_request(_recall)


def _recall() -> None:
    """Let the forms of this page show what this person typed here before their session ended."""
    use_typed_before(None)
    account_id = current_actor().account_id
    if account_id is None or request.method != "GET" or RECALL not in request.args:
        return
    with transaction(read_only=True) as session:
        fields = kept.kept_on(session, account_id, _without_recall(request.full_path), now=now())
    if fields:
        use_typed_before(MultiDict(fields))
        flash(
            _("Những gì ông/bà nhập trước khi phiên hết đã được điền lại. Xem rồi gửi."), "waiting"
        )


def _path() -> str:
    return request.full_path.rstrip("?")


def _page_of_form() -> str | None:
    """The page of ours that this form was sent from, or its own address if that is a page."""
    came = urlsplit(request.referrer or "")
    ours = came.netloc == request.host
    for path in ([f"{came.path}?{came.query}"] if ours else []) + [_path()]:
        if _is_page(path):
            return _without_recall(path)
    return None


def _is_page(path: str) -> bool:
    adapter = current_app.url_map.bind(request.host)
    try:
        adapter.match(urlsplit(path).path, method="GET")
    except HTTPException:
        return False
    return True


def _without_recall(path: str) -> str:
    """The address as it stands before anything is recalled, which is what is kept under."""
    parts = urlsplit(path)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != RECALL]
    return f"{parts.path}?{urlencode(query)}" if query else parts.path
