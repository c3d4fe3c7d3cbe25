"""Reading the state of the machine: what waits, what failed, what is behind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, literal, select, text
from sqlalchemy.orm import Session

from app.infra.dead_jobs import of_wards
from app.infra.models import Job

MOST_SHOWN = 50
OLDEST_DUE_SECONDS = 300
UNSEALED_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much work of one kind is in one state, and since when.

    state: the job's own, "again" for what has failed and will be tried again by itself, or
    "later" for what has an hour of its own, such as a message in the night. next_at: when the
    first of these two is done; None for what is done as soon as it can be.
    """

    name: str
    state: str
    count: int
    oldest: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that gave up, for a person to look at and start again."""

    id: int
    name: str
    attempts: int
    last_error: str | None
    created_at: datetime


def work_by_kind(session: Session, wards: Collection[str] | None) -> list[Waiting]:
    """The work for these wards that goes on, by kind and state; all of it for None."""
    pending, has_hour = Job.state == "pending", Job.not_before > func.now()
    state = case(
        (pending & Job.last_error.is_not(None), literal("again")),
        (pending & has_hour, literal("later")),
        else_=Job.state,
    ).label("state_now")
    first = func.min(Job.not_before).filter(pending & has_hour)
    statement = (
        select(Job.name, state, func.count(), func.min(Job.created_at), first)
        .where(Job.state.in_(("pending", "running")), of_wards(wards))
        .group_by(Job.name, state)
        .order_by(Job.name, state)
    )
    return [Waiting(*row) for row in session.execute(statement)]


def failed_jobs(session: Session, wards: Collection[str] | None) -> list[FailedJob]:
    """The jobs for these wards that gave up, newest first; all of them for None."""
    dead = select(Job).where(Job.state == "dead", of_wards(wards))
    statement = dead.order_by(Job.id.desc()).limit(MOST_SHOWN)
    return [
        FailedJob(j.id, j.name, j.attempts, j.last_error, j.created_at)
        for j in session.scalars(statement)
    ]


@dataclass(frozen=True, slots=True)
class Readiness:
    """What `/readyz` says: seconds behind, and the revision of the schema."""

    revision: str | None
    oldest_due_seconds: float
    oldest_unsealed_seconds: float

    def faults(self, wanted_revision: str) -> list[str]:
        """What keeps this site from being ready, as short codes."""
        found = []
        if self.revision != wanted_revision:
            found.append("migrations-behind")
        if self.oldest_due_seconds > OLDEST_DUE_SECONDS:
            found.append("work-is-late")
        if self.oldest_unsealed_seconds > UNSEALED_SECONDS:
            found.append("audit-unsealed")
        return found


def readiness(session: Session) -> Readiness:
    """How far behind the outbox and the audit's seals are."""
    row = session.execute(
        text(
            "select (select version_num from alembic_version) revision,"
            " coalesce((select extract(epoch from now() - min(not_before)) from job"
            " where state = 'pending' and not_before <= now()), 0) due,"
            " coalesce((select extract(epoch from now() - min(e.at)) from audit_event e"
            " join audit_epoch p on p.epoch = e.epoch"
            " where e.xid >= coalesce((select max(to_xid) from seal s where s.epoch = e.epoch), 0)"
            "), 0) unsealed"
        )
    ).one()
    return Readiness(row.revision, float(row.due), float(row.unsealed))
