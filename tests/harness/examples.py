"""One worked example of every form of the site, so that a rule may be tried on all of them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from sqlalchemy import event, text

from app.accounts.rules import Actor
from app.infra.database import engine_in_use
from tests.harness.browsing import Browser
from tests.harness.pages import Page, fields_of

At = tuple[str, dict[str, Any]]
TOKENS = ("csrf_token", "request_key")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a form carries; it may be sent more than once."""

    body: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Example:
    """Who fills in which form, and what they type.

    who: None for a visitor. page: where the form stands. to: the values of the address that it
    is sent to. typed: what a person changes before sending; the rest is as the page has it.
    answer: the status of a first sending, 303 unless the page answers for itself.
    """

    who: Actor | None
    page: At
    to: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, Any] = field(default_factory=dict)
    answer: int = 303


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as its person is about to send it. element: the form on its page."""

    path: str
    fields: dict[str, Any]
    element: Element


def fill(browse: Browser, endpoint: str, example: Example) -> Filled:
    """Sign in as the example's person, open the page and fill in its form."""
    if example.who is None:
        browse.sign_out()
    else:
        browse.sign_in(example.who)
    name, values = example.page
    page: Page = browse.get(name, **values)
    address = browse.address(endpoint, **example.to)
    own = (f for f in page.all("form") if f.get("action", "").partition("?")[0] == address)
    element = next((f for f in own if f.get("method") == "post"), None)
    assert element is not None, f"no form leads to {address}"
    return Filled(element.get("action", ""), fields_of(element) | example.typed, element)


def send(browse: Browser, path: str, fields: dict[str, Any], **more: Any) -> Any:
    """What the site answers to these fields."""
    sent = {
        k: (io.BytesIO(v.body), v.name) if isinstance(v, Upload) else v for k, v in fields.items()
    }
    return browse.client.post(path, data=sent, **more)


def give_up(session: Any, arg: str) -> None:
    """Let the jobs on one row be dead that are not done, as after their last attempt."""
    dead = text("update job set state = 'dead' where arg = :arg and state <> 'done'")
    session.execute(dead, {"arg": arg})


@contextmanager
def rehearsed(monkeypatch: Any) -> Iterator[list[str]]:
    """Let no request inside change anything; yields the tables that the last ones wrote to.

    Each transaction runs to its end, deferred constraints included, and is then rolled back,
    so that thousands of forms can be tried on the same rows.
    """
    from app.infra import transaction as module

    real, written, changed = module.new_session, [], []

    def note(_connection, cursor, statement, *_rest) -> None:
        verb, *words = statement.split(None, 3)
        if verb in {"INSERT", "UPDATE", "DELETE"} and cursor.rowcount > 0:
            changed.append(words[0] if verb == "UPDATE" else words[1])

    def new_session() -> Any:
        session = real()
        changed.clear()

        def commit() -> None:
            session.flush()
            session.execute(text("set constraints all immediate"))
            written.extend(changed)
            session.expunge_all()
            session.rollback()

        session.commit = commit
        return session

    with monkeypatch.context() as patch:
        patch.setattr(module, "new_session", new_session)
        engine = engine_in_use()
        event.listen(engine, "after_cursor_execute", note)
        try:
            yield written
        finally:
            event.remove(engine, "after_cursor_execute", note)
