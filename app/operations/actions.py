"""Settling a restored site (TRUST.md, 3.7), and telling those who watch it only once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.actions import end_everything
from app.accounts.rules import SYSTEM
from app.audit.actions import Subject, begin_epoch, record
from app.infra.models import Tick
from app.notices.actions import hold_sending

# Two schedulers see a change within one look of each other; the same news again is news later.
SAME_NEWS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a restore has put to rest."""

    epoch: int
    sessions: int
    notices: int


def settle_restored(session: Session, *, made_at: str, now: datetime) -> Settled:
    """Make a restored database safe to serve.

    The journal begins an epoch, every session and reset link ends, and no message leaves until
    two people say so: the backup does not know what was sent after it was made.
    """
    settled = Settled(
        epoch=begin_epoch(session),
        sessions=end_everything(session, now=now),
        notices=hold_sending(session, "restored", now=now),
    )
    facts = {"made_at": made_at, "sessions": settled.sessions, "notices": settled.notices}
    record(session, SYSTEM, "restore-backup", Subject("site", "all"), changes=facts)
    return settled


def claim_news(session: Session, faults: frozenset[str], at: datetime) -> bool:
    """Whether this caller is the one that tells these faults; the tick's key decides."""
    statement = insert(Tick).values(_news(faults, at)).on_conflict_do_nothing()
    return session.scalar(statement.returning(Tick.name)) is not None


def forget_news(session: Session, faults: frozenset[str], at: datetime) -> None:
    """Let somebody else tell it, since the telling failed."""
    session.execute(delete(Tick).filter_by(**_news(faults, at)))


def _news(faults: frozenset[str], at: datetime) -> dict[str, object]:
    due = at - (at - datetime.min.replace(tzinfo=at.tzinfo)) % SAME_NEWS
    return {"name": "alarm:" + (",".join(sorted(faults)) or "well"), "due_at": due}
