"""What must not go on from where it was, once a backup is back (TRUST.md, 3.7)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actions import end_everything
from app.accounts.rules import SYSTEM
from app.audit.actions import Subject, begin_epoch, record
from app.notices.actions import hold_sending


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
