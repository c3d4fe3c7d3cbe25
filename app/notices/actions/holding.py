"""Holding all messages back after a restore, until two people let them go (TRUST.md, 3.7).

A restored database believes that messages which left long ago are still to be sent.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.notices.actions.owing import wake_sender
from app.notices.models import Notice, SendingHold
from app.notices.queries import Hold, hold_now
from app.notices.rules import PAUSED, TEMPLATES, Channel, NoticeState, Template

_UNSENT = (NoticeState.QUEUED.value, NoticeState.SENDING.value)


def hold_sending(session: Session, cause: str, *, now: datetime) -> int:
    """Hold back what is unsent and all that will be owed; returns how many notices were held.

    Letters with a new password pass, if they were asked for later. A hold that is on already,
    such as one that the backup was made under, begins anew, whatever was asked meanwhile.
    """
    anew = {"cause": cause, "began_at": now, "sends_old": None, "asked_by_id": None}
    still_on = update(SendingHold).where(SendingHold.released_by_id.is_(None))
    if not rows_changed(session, still_on.values(anew | {"asked_at": None})):
        session.add(SendingHold(cause=cause, began_at=now))
        session.flush()
    held = update(Notice).where(Notice.state.in_(_UNSENT))
    values = {"state": NoticeState.HELD.value, "lease_until": None, "last_error": cause}
    return rows_changed(session, held.values(values))


def hold_some(session: Session, cause: str, ids: Collection[str]) -> int:
    """Hold what has not left of these causes, as their campaign pauses; returns how many.

    What a restore holds already is the campaign's to let go from now on.
    """
    held = _move(session, _of(cause, ids), NoticeState.HELD, NoticeState.HELD, PAUSED)
    return held + _move(session, _of(cause, ids), NoticeState.QUEUED, NoticeState.HELD, PAUSED)


def release_some(session: Session, cause: str, ids: Collection[str], *, now: datetime) -> int:
    """Queue again what a pause holds of these causes; returns how many."""
    return _queue_held(session, now, _of(cause, ids), Notice.last_error == PAUSED)


def drop_some(session: Session, cause: str, ids: Collection[str], reason: str) -> int:
    """Skip what has not left of these causes; returns how many."""
    held = _move(session, _of(cause, ids), NoticeState.HELD, NoticeState.SKIPPED, reason)
    return held + _move(session, _of(cause, ids), NoticeState.QUEUED, NoticeState.SKIPPED, reason)


def _of(cause: str, ids: Collection[str]) -> ColumnElement[bool]:
    return and_(Notice.cause == cause, Notice.cause_id.in_(ids))


def _move(
    session: Session,
    which: ColumnElement[bool],
    before: NoticeState,
    after: NoticeState,
    reason: str,
) -> int:
    moved = update(Notice).where(which, Notice.state == before.value)
    return rows_changed(session, moved.values(state=after.value, last_error=reason))


def hold_back(session: Session, notice_id: int) -> bool:
    """Hold a notice that comes up while nothing is sent: queued -> held; False if it may go."""
    hold, notice = hold_now(session), session.get_one(Notice, notice_id)
    if hold is None or (TEMPLATES[Template(notice.template)].is_private):
        return False
    _hold(session, notice_id, hold.cause)
    return True


def hold_paused(session: Session, notice_id: int) -> None:
    """Hold a notice that comes up while its campaign pauses: queued -> held.

    Such as one that was on its way when the pause began, and was refused.
    """
    _hold(session, notice_id, PAUSED)


def _hold(session: Session, notice_id: int, reason: str) -> None:
    one = Notice.id == notice_id
    if _move(session, one, NoticeState.QUEUED, NoticeState.HELD, reason) != 1:
        raise Conflict("notice-changed-meanwhile")


def ask_release(session: Session, actor: Actor, *, sends_old: bool, now: datetime) -> None:
    """Ask a second person to let messages go, with or without those from before the restore.

    Asking again replaces the question. Raises Conflict("nothing-is-held").
    """
    asked = update(SendingHold).where(SendingHold.released_by_id.is_(None))
    values = {"asked_by_id": actor.account_id, "asked_at": now, "sends_old": sends_old}
    if rows_changed(session, asked.values(values)) != 1:
        raise Conflict("nothing-is-held")
    subject = Subject("sending-hold", "all")
    record(session, actor, "ask-release", subject, changes={"sends_old": sends_old})


def release_sending(session: Session, actor: Actor, *, now: datetime) -> int:
    """Let messages go as the first person asked; returns how many were queued again.

    Those from before the restore are skipped unless they were asked for, a paused campaign's too:
    it may have gone on, and sent them, after the backup was made. Whatever else a paused campaign
    has waits for it. Raises Conflict("nothing-is-held"), or "needs-a-second-person" from whoever
    asked.
    """
    hold = hold_now(session)
    if hold is None or hold.asked_by_id is None:
        raise Conflict("nothing-is-held")
    if hold.asked_by_id == actor.account_id:
        raise Conflict("needs-a-second-person")
    _close(session, actor, hold, now)
    if not hold.sends_old:
        old = (Notice.state == NoticeState.HELD.value, Notice.created_at <= hold.began_at)
        values = {"state": NoticeState.SKIPPED.value, "last_error": hold.cause}
        rows_changed(session, update(Notice).where(*old).values(values))
    count = _queue_held(session, now, Notice.last_error.is_distinct_from(PAUSED))
    facts = {"sends_old": hold.sends_old, "queued": count}
    record(session, actor, "release-notices", Subject("sending-hold", "all"), changes=facts)
    return count


def _close(session: Session, actor: Actor, hold: Hold, now: datetime) -> None:
    """End the hold as it was read; whoever changed the question meanwhile is not overruled."""
    same = (
        SendingHold.id == hold.id,
        SendingHold.released_by_id.is_(None),
        SendingHold.asked_by_id == hold.asked_by_id,
        SendingHold.sends_old == hold.sends_old,
    )
    values = {"released_by_id": actor.account_id, "released_at": now}
    if rows_changed(session, update(SendingHold).where(*same).values(values)) != 1:
        raise Conflict("nothing-is-held")


def _queue_held(session: Session, now: datetime, *only: ColumnElement[bool]) -> int:
    statement = (
        update(Notice)
        .where(Notice.state == NoticeState.HELD.value, *only)
        .values(state=NoticeState.QUEUED.value, last_error=None)
        .returning(Notice.id, Notice.channel, Notice.ward_code)
    )
    rows = session.execute(statement).all()
    for row in rows:
        wards = row.ward_code or ""
        wake_sender(session, row.id, Channel(row.channel), wards=wards, not_before=now)
    return len(rows)
