"""Jobs that gave up: how they come to it, whose they are, and how a person starts them again."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, text, true, update
from sqlalchemy.orm import Session

from app.infra.jobs import JobName
from app.infra.models import Job
from app.infra.transaction import rows_changed


def bury_exhausted(session: Session) -> int:
    """Mark dead the jobs whose worker died in their last attempt; returns how many."""
    statement = (
        update(Job)
        .where(
            Job.state == "running",
            Job.lease_until < text("now()"),
            Job.attempts >= Job.max_attempts,
        )
        .values(state="dead", lease_until=None, last_error="worker-died")
    )
    return rows_changed(session, statement)


def of_wards(wards: Collection[str] | None) -> ColumnElement[bool]:
    """The jobs that work for these wards alone; for None, an operator's, all of them."""
    return true() if wards is None else Job.wards.in_(sorted(wards))


def try_again(session: Session, job_id: int, wards: Collection[str] | None) -> bool:
    """Make a dead job of these wards due again, as a person asked; False if it is not dead."""
    return _revive(session, Job.id == job_id, of_wards(wards)) == 1


def revive(session: Session, names: Collection[JobName], args: Collection[str]) -> int:
    """Make the dead jobs of these kinds on these rows due again; returns how many.

    The caller has made sure that whoever asks may see those rows.
    """
    named = Job.name.in_([name.value for name in names])
    return _revive(session, named, Job.arg.in_(sorted(args)))


def _revive(session: Session, *which: ColumnElement[bool]) -> int:
    statement = (
        update(Job)
        .where(Job.state == "dead", *which)
        .values(state="pending", attempts=0, not_before=text("now()"), last_error=None)
    )
    return rows_changed(session, statement)
