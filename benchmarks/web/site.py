"""Our site and the bare page on one database, and an officer signed in to ours."""

import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask, g
from sqlalchemy import event, select

from app import navigation
from app.accounts import access, queries
from app.accounts.actions import start_session, token_digest
from app.accounts.models import Account, Assignment
from app.accounts.rules import Role
from app.cli.demo import prepare
from app.cli.deployment import own_environment
from app.cli.serve import web_command
from app.config import Settings
from app.factory import create_app
from app.infra.database import engine_in_use
from app.infra.embedded import Embedded, embedded
from app.infra.embedded_service import Service
from app.infra.roles import WEB
from app.infra.transaction import transaction
from app.kernel.clock import now

START_SECONDS = 90
ASSET = re.compile(r"(?:src|href)=\"(/[^\"]+\.(?:css|js|woff2|svg|ico))\"")


@dataclass(frozen=True, slots=True)
class Site:
    """Two servers over one database. `headers` sign an officer in to ours; `app` is ours here."""

    port: int
    bare_port: int
    headers: Mapping[str, str]
    app: Flask
    pages: tuple[str, ...]


@contextmanager
def site() -> Iterator[Site]:
    """Start both on the demo's data; they are gone afterwards."""
    with TemporaryDirectory(prefix="nhipcau-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with embedded(Path(folder)) as running:
            port, bare_port = _free_port(), _free_port()
            environment = _environment(running, port)
            prepare(environment)
            _start(running, environment, port, bare_port)
            app = create_app(Settings.from_env(environment))
            token = _officers_token()
            cookie = f"{access.session_cookie_name(app.config['NC'])}={token}"
            yield Site(port, bare_port, {"Cookie": cookie}, app, _menu(app, token))
            engine_in_use().dispose()


def statements_for(site: Site, path: str) -> int:
    """How many SQL statements one request for `path` takes, the session's own included."""
    # The client's own jar would replace the cookie that signs us in.
    count = [0]

    def note(*_arguments: Any) -> None:  # noqa: ANN401 - the driver's arguments.
        count[0] += 1

    event.listen(engine_in_use(), "before_cursor_execute", note)
    try:
        site.app.test_client(use_cookies=False).get(path, headers=dict(site.headers))
    finally:
        event.remove(engine_in_use(), "before_cursor_execute", note)
    return count[0]


def first_load_bytes(port: int, path: str) -> int:
    """Bytes of bodies for a first visit: the page and what it names, packed as browsers ask."""
    page = fetch(port, path)
    named = set(ASSET.findall(page.decode(errors="replace")))
    return len(fetch(port, path, packed=True)) + sum(
        len(fetch(port, name, packed=True)) for name in named
    )


def fetch(port: int, path: str, *, packed: bool = False) -> bytes:
    """The body of one answer, as it travelled. Raises URLError."""
    headers = {"Accept-Encoding": "br, gzip"} if packed else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server.
        body: bytes = answer.read()
    return body


def _environment(running: Embedded, port: int) -> dict[str, str]:
    address = f"http://127.0.0.1:{port}"
    own = own_environment(running.state, running.database_url, running.redis_url, address)
    return own | {"DATABASE_ROLE": WEB}


def _start(running: Embedded, environment: Mapping[str, str], port: int, bare_port: int) -> None:
    ours = web_command(f"127.0.0.1:{port}")
    bare = [
        "benchmarks.web.bare:app" if word == "wsgi:app" else word
        for word in web_command(f"127.0.0.1:{bare_port}")
    ]
    # The bare page passes row-level security and reads one row, as simply as can be.
    bare_environment = {**environment, "DATABASE_URL": running.admin_url}
    for name, words, own in (("web", ours, environment), ("bare", bare, bare_environment)):
        log = running.state / f"{name}.log"
        running.add(Service(name=name, command=words, log=log, environment=own))
    _await(port, "/healthz")
    _await(bare_port, "/")


def _officers_token() -> str:
    with transaction() as session:
        officer = session.scalars(
            select(Account.id)
            .join(Assignment, Assignment.account_id == Account.id)
            .where(Assignment.role == Role.WARD_OFFICER.value)
            .order_by(Account.id)
        ).first()
        return start_session(session, officer or "", "bench", now=now())


def _menu(app: Flask, token: str) -> tuple[str, ...]:
    """The pages behind the officer's menu, which are those that officers open most."""
    with transaction() as session:
        found = queries.actor_of(session, token_digest(token), now())
    with app.test_request_context():
        g.language = "vi"
        return tuple(item.url for item in navigation.items_for(found[0], None)) if found else ()


def _await(port: int, path: str) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            fetch(port, path)
        except (urllib.error.URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number
