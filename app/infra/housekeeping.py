"""Dropping rows of the glue that have served: keys, ticks, finished jobs, expired files."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.infra.kept import KEPT_FOR
from app.infra.models import IdempotencyKey, Job, KeptForm, StoredFile, Tick

KEEP = timedelta(days=7)


def forget_finished(session: Session, *, now: datetime) -> None:
    """Delete what is older than a week and done; files at the moment they expire.

    A job with a dedupe key stays: its key is what keeps the work from being asked for again.
    """
    old = now - KEEP
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < old))
    session.execute(delete(KeptForm).where(KeptForm.created_at < now - KEPT_FOR))
    session.execute(delete(Tick).where(Tick.due_at < old))
    session.execute(
        delete(Job).where(Job.state == "done", Job.finished_at < old, Job.dedupe_key.is_(None))
    )
    session.execute(delete(StoredFile).where(StoredFile.expires_at < now))
