"""Work as rows: enqueue in the caller's transaction, wake a worker after the commit.

Redis may be emptied at any moment. Nothing here trusts it: a row is due until a worker that
holds its lease and its fence says it is done (TRUST.md, 3.1 to 3.3).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Update,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from app.infra.models import Job
from app.infra.transaction import after_commit, rows_changed

LEASE = timedelta(seconds=30)
RETRY_AFTER = (5, 30, 120, 600, 1800, 3600)

log = logging.getLogger(__name__)


class Lane(StrEnum):
    """One queue and at least one worker process each: a slow lane never holds up another."""

    MATCH = "match"
    NOTIFY = "notify"
    IMPORT = "import"
    HOUSEKEEPING = "housekeeping"


class JobName(StrEnum):
    """Every kind of work; `worker.registry` says which function does it."""

    CHECK_HOUSEHOLD_IMPORT = "check-household-import"
    COMMIT_HOUSEHOLD_IMPORT = "commit-household-import"
    FOLLOW_CONSENT = "follow-consent"
    REMIND = "remind"
    REMIND_DAILY = "remind-daily"
    REMIND_VISITS = "remind-visits"
    RUN_MATCHING = "run-matching"
    SPLIT_RUN = "split-run"
    SOLVE_SHARD = "solve-shard"
    SOLVE_SMALL_SHARD = "solve-small-shard"
    MERGE_RUN = "merge-run"
    PRICE_RUN = "price-run"
    PLACE_PLEDGE = "place-pledge"
    PLACE_NEED = "place-need"
    COMPARE_POLICIES = "compare-policies"
    WITHDRAW_OVERTAKEN = "withdraw-overtaken"
    REQUEST_NIGHTLY_RUNS = "request-nightly-runs"
    SEND_NOTICE = "send-notice"
    SEND_PASSWORD_RESET = "send-password-reset"  # noqa: S105 - a job's name, no secret.
    SWEEP = "sweep"
    WRITE_DIGESTS = "write-digests"


LANES = {
    JobName.CHECK_HOUSEHOLD_IMPORT: Lane.IMPORT,
    JobName.COMMIT_HOUSEHOLD_IMPORT: Lane.IMPORT,
    JobName.FOLLOW_CONSENT: Lane.HOUSEKEEPING,
    JobName.REMIND: Lane.HOUSEKEEPING,
    JobName.REMIND_DAILY: Lane.HOUSEKEEPING,
    JobName.REMIND_VISITS: Lane.HOUSEKEEPING,
    JobName.RUN_MATCHING: Lane.MATCH,
    JobName.SPLIT_RUN: Lane.MATCH,
    JobName.SOLVE_SHARD: Lane.MATCH,
    JobName.SOLVE_SMALL_SHARD: Lane.MATCH,
    JobName.MERGE_RUN: Lane.MATCH,
    JobName.PRICE_RUN: Lane.MATCH,
    JobName.PLACE_PLEDGE: Lane.MATCH,
    JobName.PLACE_NEED: Lane.MATCH,
    JobName.COMPARE_POLICIES: Lane.MATCH,
    JobName.WITHDRAW_OVERTAKEN: Lane.MATCH,
    JobName.REQUEST_NIGHTLY_RUNS: Lane.HOUSEKEEPING,
    JobName.SEND_NOTICE: Lane.NOTIFY,
    JobName.SEND_PASSWORD_RESET: Lane.NOTIFY,
    JobName.SWEEP: Lane.HOUSEKEEPING,
    JobName.WRITE_DIGESTS: Lane.HOUSEKEEPING,
}

_wake: list[Callable[[Lane], None]] = []


def use_waker(wake: Callable[[Lane], None] | None) -> None:
    """Set how this process wakes a lane's worker; None leaves it to the relay."""
    _wake[:] = [wake] if wake else []


def wake(lane: Lane) -> None:
    """Wake the lane, best effort: the row stays due and the relay looks every second."""
    for call in _wake:
        call(lane)


def enqueue(  # noqa: PLR0913 - each is a plain column of the row; all but three have defaults.
    session: Session,
    name: JobName,
    arg: str,
    *,
    wards: str = "",
    dedupe_key: str | None = None,
    not_before: datetime | None = None,
    max_attempts: int = 8,
) -> int | None:
    """Owe one piece of work on the row that `arg` (an id) names; it is due after the commit.

    wards: the scope that its worker may see, comma-separated codes or "*". With a
    `dedupe_key` that exists already nothing is added, and None comes back.
    """
    lane = LANES[name]
    values: dict[str, object] = {
        "lane": lane.value,
        "name": name.value,
        "arg": arg,
        "wards": wards,
        "dedupe_key": dedupe_key,
        "max_attempts": max_attempts,
    }
    if not_before is not None:
        values["not_before"] = not_before
    statement = insert(Job).values(values).on_conflict_do_nothing(index_elements=["dedupe_key"])
    job_id = session.scalar(statement.returning(Job.id))
    if job_id is not None and not_before is None:
        after_commit(session, lambda: wake(lane))
    return job_id


def waits(session: Session, dedupe_key: str) -> bool:
    """Whether the work that is owed under this key has not been begun yet."""
    waiting = (Job.dedupe_key == dedupe_key, Job.state == "pending")
    return session.scalar(select(Job.id).where(*waiting)) is not None


@dataclass(frozen=True, slots=True)
class Lease:
    """One worker's claim on one job: good until `LEASE` passes, and only for this `fence`."""

    job_id: int
    name: JobName
    arg: str
    wards: str
    attempts: int
    max_attempts: int
    fence: int

    def finish(self, session: Session) -> None:
        """Close the job inside the transaction that stores its result.

        Raises LeaseLost when somebody else took it meanwhile, so that all is rolled back.
        """
        held = {"held": self.job_id, "by": self.fence}
        if rows_changed(session, _finishing(), held) != 1:
            raise LeaseLost(self.job_id)

    def renew(self, session: Session, done: int | None = None, total: int | None = None) -> None:
        """Hold the job for another lease and show how far it is. Raises LeaseLost."""
        held = {"held": self.job_id, "by": self.fence, "done": done, "total": total}
        if rows_changed(session, _renewing(), held) != 1:
            raise LeaseLost(self.job_id)


class LeaseLost(Exception):
    """Another worker holds the job now; this one must store nothing."""


def lease_end() -> object:
    """Until when whoever claims or renews now holds a job, by the database's clock."""
    return text(f"now() + interval '{int(LEASE.total_seconds())} seconds'")


def claim_next(session: Session, lane: Lane) -> Lease | None:
    """Claim the lane's next due job, or one whose worker died; None if nothing is due."""
    row = session.execute(_claiming(), {"of": lane.value}).one_or_none()
    return None if row is None else lease_of(row)


def lease_of(row: Row[int, str, str, str, int, int, int]) -> Lease:
    """The claim that a statement of taking() returned."""
    return Lease(row[0], JobName(row[1]), row[2], row[3], row[4], row[5], row[6])


def _due() -> ColumnElement[bool]:
    is_pending = (Job.state == "pending") & (Job.not_before <= text("now()"))
    return is_pending | (Job.state == "running") & (Job.lease_until < text("now()"))


# Built once: a campaign is thousands of small jobs, and each claims and finishes one.
@cache
def _claiming() -> ReturningUpdate[int, str, str, str, int, int, int]:
    candidate = (
        select(Job.id)
        .where(Job.lane == bindparam("of"), _due(), Job.attempts < Job.max_attempts)
        .order_by(Job.not_before, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return taking(Job.id == candidate.scalar_subquery())


def taking(which: ColumnElement[bool]) -> ReturningUpdate[int, str, str, str, int, int, int]:
    """The statement that takes these jobs; lease_of() reads what it returns."""
    return (
        update(Job)
        .where(which)
        .values(
            state="running",
            fence=Job.fence + 1,
            attempts=Job.attempts + 1,
            lease_until=lease_end(),
        )
        .returning(Job.id, Job.name, Job.arg, Job.wards, Job.attempts, Job.max_attempts, Job.fence)
        .execution_options(synchronize_session=False)
    )


@cache
def _renewing() -> Update:
    done, total = (bindparam(name, type_=BigInteger()) for name in ("done", "total"))
    return (
        update(Job)
        .where(Job.id == bindparam("held"), Job.fence == bindparam("by"), Job.state == "running")
        .values(
            lease_until=lease_end(),
            done_units=func.coalesce(done, Job.done_units),
            all_units=func.coalesce(total, Job.all_units),
        )
        .execution_options(synchronize_session=False)
    )


@cache
def _finishing() -> Update:
    return (
        update(Job)
        .where(Job.id == bindparam("held"), Job.fence == bindparam("by"), Job.state == "running")
        .values(state="done", finished_at=text("now()"), lease_until=None, last_error=None)
        .execution_options(synchronize_session=False)
    )


def release(session: Session, lease: Lease, error: str, *, permanent: bool = False) -> None:
    """Give the job back after a failure: due again later, or dead after its last attempt.

    error: the kind of failure, never its text, which may hold a name.
    """
    dead = permanent or lease.attempts >= lease.max_attempts
    pause = RETRY_AFTER[min(lease.attempts, len(RETRY_AFTER)) - 1]
    values: dict[str, object] = {
        "state": "dead" if dead else "pending",
        "lease_until": None,
        "last_error": error,
        "not_before": text(f"now() + interval '{pause} seconds'"),
    }
    held = (Job.id == lease.job_id, Job.fence == lease.fence, Job.state == "running")
    rows_changed(session, update(Job).where(*held).values(values))


def lanes_with_due_work(session: Session) -> list[Lane]:
    """The lanes in which something waits now, for the relay to wake."""
    rows = session.scalars(
        select(Job.lane).where(_due(), Job.attempts < Job.max_attempts).distinct()
    )
    return [Lane(lane) for lane in rows]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one job is, for the page that waits for it."""

    state: str
    done: int
    total: int | None
    last_error: str | None


def progress_of(session: Session, job_id: int) -> Progress | None:
    """The progress of one job, or None if there is no such job."""
    job = session.get(Job, job_id)
    if job is None:
        return None
    return Progress(job.state, job.done_units, job.all_units, job.last_error)
