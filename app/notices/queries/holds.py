"""Reading the hold on sending that a restore begins."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.notices.models import Notice, SendingHold
from app.notices.rules import PAUSED, NoticeState


@dataclass(frozen=True, slots=True)
class Hold:
    """A time in which nothing is sent; sends_old and the asker once somebody asked to end it.

    old, newer: the notices that wait from before it and since; old_paused, newer_paused: those of
    them that a paused campaign owed.
    """

    id: int
    began_at: datetime
    cause: str
    sends_old: bool | None
    asked_by_id: str | None
    asked_at: datetime | None
    old: int
    newer: int
    old_paused: int
    newer_paused: int


def hold_now(session: Session) -> Hold | None:
    """The hold on sending that is on, with how many notices from before and after it wait."""
    hold = session.scalars(
        select(SendingHold).where(SendingHold.released_by_id.is_(None))
    ).one_or_none()
    if hold is None:
        return None
    is_old = Notice.created_at <= hold.began_at
    pauses = Notice.last_error == PAUSED
    ages = (is_old, ~is_old, is_old & pauses, ~is_old & pauses)
    counted = select(*(func.count().filter(age) for age in ages))
    row = session.execute(counted.where(Notice.state == NoticeState.HELD.value)).one()
    return Hold(
        id=hold.id,
        began_at=hold.began_at,
        cause=hold.cause,
        sends_old=hold.sends_old,
        asked_by_id=hold.asked_by_id,
        asked_at=hold.asked_at,
        old=row[0],
        newer=row[1],
        old_paused=row[2],
        newer_paused=row[3],
    )
