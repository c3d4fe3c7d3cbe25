"""Notices against do-nothing RQ jobs, and how far the outbox falls behind (TRUST.md 6)."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from sqlalchemy import text

from app.cli.demo import start_processes
from app.cli.deployment import own_environment
from app.cli.migrate import bring_up_to_date
from app.config import Settings
from app.factory import create_app
from app.infra.database import engine_in_use
from app.infra.embedded import embedded
from app.infra.jobs import Lane
from app.infra.queue import WAKE_UPS_PER_WORKER, queue_of
from app.infra.roles import WORKER
from app.infra.transaction import scoped, transaction
from app.notices.actions import owe
from app.notices.rules import NoticeDraft, RecipientKind, Template
from benchmarks.figures import Figure, at_least, at_most, percentile

EMPTY_JOBS = 300
BURST = 1000
CALM = 20
CALM_PAUSE_SECONDS = 0.25
PATIENCE_SECONDS = 180
ROUNDS = 3

LAGS = """
select extract(epoch from finished_at - created_at)::float
from job where name = 'send-notice' and state = 'done' and id > :after order by finished_at
"""
SPAN = """
select extract(epoch from max(finished_at) - min(finished_at))::float
from job where name = 'send-notice' and state = 'done' and id > :after
"""
LEFT = "select count(*) from job where name = 'send-notice' and state <> 'done' and id > :after"
LAST = "select coalesce(max(id), 0) from job"


@dataclass(frozen=True, slots=True)
class Line:
    """A running worker and scheduler; notices are owed from this process."""

    queue: Redis
    environment: Mapping[str, str]


def measure() -> list[Figure]:
    """Work off empty jobs and notices in turn; then a calm trickle. About a minute."""
    with _line() as line, scoped({"*"}):
        empty, bursts = [], []
        for _round in range(ROUNDS):
            empty.append(EMPTY_JOBS / _empty_seconds(line))
            bursts.append(_burst(line))
        calm = _calm()
    rates = [rate for rate, _lag, _longest in bursts]
    ratio = statistics.median(rates) / statistics.median(empty)
    lag = statistics.median(lag for _rate, lag, _longest in bursts)
    longest = max(longest for _rate, _lag, longest in bursts)
    return [
        Figure("do-nothing RQ jobs, one forking worker", statistics.median(empty), "a second"),
        Figure("notices, one worker", statistics.median(rates), "a second"),
        at_least("notices against do-nothing jobs", ratio, "×", 0.5),
        at_most(f"lag p95 in a burst of {BURST}", lag, "s", 10),
        at_most("lag p95 at rest", calm, "s", 2),
        at_most("wake-ups waiting in the queue", longest, "", WAKE_UPS_PER_WORKER),
    ]


@contextmanager
def _line() -> Iterator[Line]:
    with TemporaryDirectory(prefix="nhipcau-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with embedded(Path(folder)) as running:
            own = own_environment(
                running.state, running.database_url, running.redis_url, "http://127.0.0.1"
            ) | {"DATABASE_ROLE": WORKER}
            settings = Settings.from_env(own)
            bring_up_to_date(settings)
            create_app(settings)
            start_processes(running, own, ["scheduler", f"worker-{Lane.NOTIFY}"])
            yield Line(Redis.from_url(running.redis_url), own)
            engine_in_use().dispose()


def _empty_seconds(line: Line) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.queue.empty", str(EMPTY_JOBS)],
        env=dict(line.environment),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.splitlines()[-1])


def _burst(line: Line) -> tuple[float, float, int]:
    """Notices a second, p95 of their lag in seconds, and the longest queue of wake-ups."""
    after = _last_job()
    with transaction() as session:
        for number in range(BURST):
            owe(session, _draft(f"burst-{after}-{number}"))
    longest = _wait_until_done(line, after)
    with transaction() as session:
        lags = [float(lag) for lag in session.scalars(text(LAGS), {"after": after})]
        span = float(session.scalar(text(SPAN), {"after": after}) or 1)
    return len(lags) / span, percentile(lags, 0.95), longest


def _calm() -> float:
    """The p95 of the lag when notices come one by one, in seconds."""
    after = _last_job()
    for number in range(CALM):
        with transaction() as session:
            owe(session, _draft(f"calm-{number}"))
        time.sleep(CALM_PAUSE_SECONDS)
    _wait_until_done(None, after)
    with transaction() as session:
        return percentile(list(session.scalars(text(LAGS), {"after": after})), 0.95)


def _draft(cause_id: str) -> NoticeDraft:
    return NoticeDraft(
        template=Template.CORRECTION_ASKED,
        cause="bench",
        cause_id=cause_id,
        recipient_kind=RecipientKind.ACCOUNT,
        recipient_id="bench",
        ward_code="00364",
        language="vi",
        email="officer@example.org",
        parameters={"code": "H-234567"},
    )


def _last_job() -> int:
    with transaction() as session:
        return int(session.scalar(text(LAST)) or 0)


def _wait_until_done(line: Line | None, after: int) -> int:
    """Wait for all notices owed after that job; the most wake-ups seen waiting."""
    longest, end = 0, time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with transaction() as session:
            left = session.scalar(text(LEFT), {"after": after})
        if line is not None:
            longest = max(longest, queue_of(line.queue, Lane.NOTIFY).count)
        if not left:
            return longest
        time.sleep(0.05)
    message = f"{left} notices were not sent within {PATIENCE_SECONDS} s"
    raise TimeoutError(message)
