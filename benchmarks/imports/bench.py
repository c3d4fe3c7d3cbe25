"""10,000 households in a spreadsheet: seconds to the preview, and until they are in the book."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from app.accounts.rules import Actor, Role
from app.cli.demo import prepare, start_processes
from app.cli.deployment import own_environment
from app.config import Settings
from app.factory import create_app
from app.households import actions, queries
from app.households.models import Household
from app.households.rules import HouseholdFilter
from app.infra.database import engine_in_use
from app.infra.embedded import embedded
from app.infra.jobs import Lane
from app.infra.roles import WORKER
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from benchmarks.figures import Figure, at_least, at_most, percentile
from benchmarks.imports.lists import workbook

HOUSEHOLDS = 10_000
WARD = "00364"
PATIENCE_SECONDS = 120
SEARCHES = ("", "nguyen thi tim", "do", "ngo minh sen", "gung")
MILLISECONDS = 1000


def measure() -> list[Figure]:
    """Upload, preview and enter one list through a worker, then search it. About a minute."""
    with _line() as officer:
        preview, entered, count = _import(officer, workbook(HOUSEHOLDS))
        search = _search(officer)
    return [
        at_most(f"{HOUSEHOLDS:,} households: upload to preview", preview, "s", 10),
        at_most(f"{HOUSEHOLDS:,} households: agreed to in the book", entered, "s", 20),
        at_least("households entered", count, "", HOUSEHOLDS * 0.97),
        Figure("a page of a search among them, slowest of five", search * MILLISECONDS, "ms"),
    ]


@contextmanager
def _line() -> Iterator[Actor]:
    """A worker and a scheduler over the demo's ward; gives an officer of it."""
    with TemporaryDirectory(prefix="nhipcau-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with embedded(Path(folder)) as running:
            own = own_environment(
                running.state, running.database_url, running.redis_url, "http://127.0.0.1"
            ) | {"DATABASE_ROLE": WORKER}
            prepare(own)
            create_app(Settings.from_env(own))
            start_processes(running, own, ["scheduler", f"worker-{Lane.IMPORT}"])
            with scoped({WARD}):
                yield _officer()
            engine_in_use().dispose()


def _officer() -> Actor:
    with transaction(read_only=True) as session:
        entered_by = session.scalars(
            select(Household.created_by).where(Household.created_by.is_not(None)).limit(1)
        ).one()
    return Actor(entered_by, Role.WARD_OFFICER, ward_codes=frozenset({WARD}))


def _import(officer: Actor, body: bytes) -> tuple[float, float, int]:
    """Seconds to the preview, seconds from agreeing to the book, and how many came in."""
    before, started = _households(), time.monotonic()
    with transaction() as session:
        upload = actions.Upload("danh-sach.xlsx", body)
        import_id = actions.start_import(session, officer, WARD, upload, now=now())
        actions.ask_for_check(session, import_id, WARD)
    _wait(officer, import_id, "checked")
    preview, agreed = time.monotonic() - started, time.monotonic()
    with transaction() as session:
        actions.request_commit(session, officer, import_id)
    _wait(officer, import_id, "committed")
    return preview, time.monotonic() - agreed, _households() - before


def _households() -> int:
    with transaction(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Household)) or 0


def _wait(officer: Actor, import_id: str, state: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with transaction(read_only=True) as session:
            seen = queries.import_for(session, officer, import_id).state
        if seen == state:
            return
        time.sleep(0.05)
    message = f"the list is {seen} after {PATIENCE_SECONDS} s, not {state}"
    raise TimeoutError(message)


def _search(officer: Actor) -> float:
    """Seconds for a page of households, the slowest of a few searches, each the second time."""
    seconds = []
    for words in SEARCHES:
        for _again in range(2):
            started = time.monotonic()
            with transaction(read_only=True) as session:
                queries.households_seen_by(session, officer, HouseholdFilter(words))
        seconds.append(time.monotonic() - started)
    return percentile(seconds, 1)
