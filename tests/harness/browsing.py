"""A browser without a screen: signs in, follows, submits; every page it loads is checked."""

import contextvars
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, g, url_for
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts import access
from app.accounts.actions import start_session
from app.kernel.clock import now
from tests.harness.pages import Page, PageRefused, fields_of


class HouseClient(FlaskClient):
    """The test client, with each request in a context of its own, as a server would have it."""

    def open(self, *args, **kwargs):
        return contextvars.copy_context().run(super().open, *args, **kwargs)


class Browser:
    """Loads pages by endpoint. What factories have flushed is committed before each request."""

    def __init__(self, app: Flask, client: FlaskClient, session: Session) -> None:
        self.app, self.client, self._session = app, client, session
        self._token = ""

    def sign_in(self, account: Any) -> None:
        """Go on as this account: an Actor, an Account or an id."""
        account_id = getattr(account, "account_id", None) or getattr(account, "id", account)
        self._token = start_session(self._session, account_id, "test", now=now())
        self._session.commit()
        name = access.session_cookie_name(self.app.config["NC"])
        self.client.set_cookie(name, self._token)

    def sign_out(self) -> None:
        """Go on as nobody."""
        self._token = ""
        self.client.delete_cookie(access.session_cookie_name(self.app.config["NC"]))

    @contextmanager
    def same_cookies(self) -> Iterator[None]:
        """Forget what the answers inside put into the cookies."""
        kept = dict(self.client._cookies)
        try:
            yield
        finally:
            self.client._cookies = kept

    def get(self, endpoint: str, *, expect: int = 200, **values: Any) -> Page:
        """Load a page by its endpoint and check it."""
        return self.visit(self.address(endpoint, **values), expect=expect)

    def visit(self, path: str, *, expect: int = 200) -> Page:
        """Load a page by its path and check it."""
        self._session.commit()
        return self._page(self.client.get(path), expect)

    def post(
        self, endpoint: str, data: dict[str, Any] | None = None, *, expect: int = 303, **values: Any
    ) -> Page:
        """Send a form to an endpoint with the tokens that its page would have carried."""
        tokens = {"csrf_token": self._csrf_token(), "request_key": access.request_key()}
        return self._send(self.address(endpoint, **values), tokens | (data or {}), expect)

    def submit(
        self, page: Page, data: dict[str, Any] | None = None, *, to: str = "", expect: int = 303
    ) -> Page:
        """Fill in the page's form that leads to `to` and send it, as a person would."""
        form = page.form(to)
        action = form.get("action") or page.response.request.path
        return self._send(action, fields_of(form) | (data or {}), expect)

    def follow(self, answer: Page, *, expect: int = 200) -> Page:
        """The page that a 303 leads to."""
        return self.visit(answer.response.headers["Location"], expect=expect)

    def address(self, endpoint: str, **values: Any) -> str:
        """The path of an endpoint."""
        with self.app.test_request_context():
            return url_for(endpoint, **values)

    def _send(self, path: str, data: dict[str, Any], expect: int) -> Page:
        self._session.commit()
        return self._page(self.client.post(path, data=data), expect)

    def _page(self, response: Any, expect: int) -> Page:
        page = Page(response)
        if page.status != expect:
            message = (
                f"{response.request.path} answered {page.status}, not {expect}: {page.text[:600]}"
            )
            raise PageRefused(message)
        if response.mimetype == "text/html" and page.status not in range(300, 400):
            page.check()
        return page

    def _csrf_token(self) -> str:
        cookie = self.client.get_cookie(access.ANONYMOUS_COOKIE)
        headers = {"Cookie": f"{access.ANONYMOUS_COOKIE}={cookie.value}"} if cookie else {}
        if not self._token and cookie is None:
            # A first visit hands out the cookie to which forms are bound.
            self.client.set_cookie(access.ANONYMOUS_COOKIE, "a-visitor-of-the-tests")
            return self._csrf_token()
        with self.app.test_request_context(headers=headers):
            g.session_token = self._token
            return access.csrf_token()
