"""Draining a lane: claim a due row, do it, go on; and the RQ worker that is woken for it."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, ClassVar

from flask import Flask
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError

from app.infra.batches import claim_alike
from app.infra.database import engine_in_use
from app.infra.jobs import (
    JobName,
    Lane,
    Lease,
    LeaseLost,
    claim_next,
    release,
)
from app.infra.queue import connect
from app.infra.transaction import scoped, transaction
from app.kernel.errors import DomainError
from worker.keeping import kept_alive
from worker.registry import BATCHES, SIDE_BY_SIDE, batch_handler_of, handler_of, make_ready

# RQ forks afresh for each wake-up, so a leak cannot grow past this.
MOST_SECONDS = 20.0
MOST_ROWS = 1000
# As many small jobs of one kind and one ward share their commits.
BATCH = 50
# These may take long and much memory: one of them a fork. A pledge that arrives is small, and
# a hundred of them would wait for a hundred forks.
ALONE = frozenset(
    {JobName.RUN_MATCHING, JobName.CHECK_HOUSEHOLD_IMPORT, JobName.COMMIT_HOUSEHOLD_IMPORT}
)

log = logging.getLogger(__name__)


def drain(lane_name: str) -> int:
    """Do the lane's due jobs, for at most 20 seconds or about 1000 rows; returns how many.

    Idempotent: a stale wake-up finds nothing due. A job killed here keeps its row; its lease
    ends after 30 seconds, and the next drain takes it with a higher fence.
    """
    lane, until, count = Lane(lane_name), time.monotonic() + MOST_SECONDS, 0
    while count < MOST_ROWS and time.monotonic() < until:
        leases = _claim(lane)
        if not leases:
            break
        # One that killed its worker before shall take no other along.
        if leases[0].name in SIDE_BY_SIDE and leases[0].attempts == 1:
            count += do_side_by_side(leases[0], until)
            continue
        if len(leases) > 1:
            do_batch(leases)
        else:
            do(leases[0])
        count += len(leases)
        if leases[0].name in ALONE:
            break
    return count


def _claim(lane: Lane) -> list[Lease]:
    """The lane's next due job, with more like it if they can be done together."""
    with transaction() as session:
        first = claim_next(session, lane)
        if first is None:
            return []
        together = first.name in BATCHES and first.attempts == 1
        return [first, *(claim_alike(session, first, BATCH - 1) if together else [])]


def do_side_by_side(first: Lease, until: float) -> int:
    """Do a job and those like it in two threads, until none is due; returns how many.

    While one waits for the database, the other computes. Each claims for itself, under a lease
    and a fence of its own, as two workers would; the second begins with the last, so that the
    largest two, which come first, are not in memory at once.
    """

    def work_off(lease: Lease | None, *, last_first: bool = False) -> int:
        count = 0
        while lease is not None:
            do(lease)
            count += 1
            more = time.monotonic() < until
            lease = _claim_alike(first, last_first=last_first) if more else None
        return count

    def work_off_from_the_end() -> int:
        try:
            return work_off(_claim_alike(first, last_first=True), last_first=True)
        except Exception:
            # What it could not claim is due still; this thread's work goes on.
            log.exception("second thread ended early")
            return 0

    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(copy_context().run, work_off_from_the_end)
        return work_off(first) + second.result()


def _claim_alike(first: Lease, *, last_first: bool) -> Lease | None:
    with transaction() as session:
        return next(iter(claim_alike(session, first, 1, last_first=last_first)), None)


def do_batch(leases: Sequence[Lease]) -> None:
    """Run jobs of one name and one scope together; one by one, if that fails.

    So one that cannot be done holds up no other. A database that is away fails them all.
    """
    first, started = leases[0], time.monotonic()
    try:
        with scoped(w for w in first.wards.split(",") if w), kept_alive(leases):
            outcome = batch_handler_of(first.name)(leases)
    except OperationalError as error:
        outcome = f"failed:{type(error).__name__}"
        for one in leases:
            _give_back(one, type(error).__name__, permanent=False)
    except Exception:
        log.exception("batch failed, going on one by one", extra={"job": first.job_id})
        for one in leases:
            do(one)
        return
    seconds = time.monotonic() - started
    log.info(
        "jobs %s+%s %s %s %.0f ms",
        first.job_id,
        len(leases) - 1,
        first.name,
        outcome,
        1000 * seconds,
    )


def do(lease: Lease) -> str:
    """Run one claimed job in its own scope; give it back if it fails."""
    started = time.monotonic()
    try:
        with scoped(w for w in lease.wards.split(",") if w), kept_alive([lease]):
            outcome = handler_of(lease.name)(lease)
    except LeaseLost:
        outcome = "lease-lost"
    except DomainError as refused:
        outcome = _give_back(lease, refused.code, permanent=True)
    except Exception as error:
        log.exception("job failed", extra={"job": lease.job_id})
        outcome = _give_back(lease, type(error).__name__, permanent=False)
    log.info(
        "job %s %s %s attempt=%s %.0f ms",
        lease.job_id,
        lease.name,
        outcome,
        lease.attempts,
        1000 * (time.monotonic() - started),
    )
    return outcome


def _give_back(lease: Lease, error: str, *, permanent: bool) -> str:
    with transaction() as session:
        release(session, lease, error, permanent=permanent)
    return f"failed:{error}"


class LaneWorker(Worker):
    """An RQ worker on exactly one queue, which alone keeps a popped wake-up safe."""

    flask_app: ClassVar[Flask]

    def main_work_horse(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """In the child: never use the parent's sockets."""
        engine_in_use().dispose(close=False)
        super().main_work_horse(*args, **kwargs)

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401
        """Run the wake-up where templates and settings are at hand."""
        with self.flask_app.app_context():
            return super().perform_job(*args, **kwargs)

    def get_heartbeat_ttl(self, job: Any, working_time: float = 0.0) -> int:  # noqa: ANN401, ARG002
        """A killed worker is noticed after three missed heartbeats, not after the time-out."""
        return int(self.job_monitoring_interval) * 3


def work(flask_app: Flask, redis_url: str, lane: Lane, *, burst: bool = False) -> None:
    """Serve one lane until told to stop."""
    LaneWorker.flask_app = flask_app
    make_ready(lane)
    worker = LaneWorker(
        [lane.value],
        connection=connect(redis_url, timeout=None),
        serializer=JSONSerializer,
        worker_ttl=30,
        maintenance_interval=15,
        job_monitoring_interval=10,
    )
    worker.max_connection_wait_time = 5
    worker.work(burst=burst, with_scheduler=False, logging_level="WARNING")
