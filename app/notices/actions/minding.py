"""What people do about notices: read them, tell somebody in person, send one anew."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.notices import queries
from app.notices.actions.sending import owe_again
from app.notices.models import Notice
from app.notices.queries import SECOND
from app.notices.rules import Channel, NoticeState

MOST_REASON = 500


def read_with_address(session: Session, actor: Actor, notice_id: int) -> queries.Shown:
    """A notice of the ward with its address; the look is written down as one at an identity."""
    shown = queries.notice_for(session, actor, notice_id)
    subject = Subject("notice", str(notice_id), shown.ward_code)
    record(session, actor, "see-notice-address", subject)
    return shown


def mark_told(session: Session, actor: Actor, notice_id: int, *, now: datetime) -> None:
    """Note that staff told the person by voice or paper; an uncertain message is given up.

    Raises NotFound; Conflict("notice-changed-meanwhile") if nobody had to be told any more.
    """
    shown = queries.notice_for(session, actor, notice_id)
    if not shown.needs_a_person:
        raise Conflict("notice-changed-meanwhile")
    _settle(session, shown, now)
    record(session, actor, "tell-in-person", Subject("notice", str(notice_id), shown.ward_code))


def send_anew(
    session: Session, actor: Actor, notice_id: int, reason: str, *, now: datetime
) -> int | None:
    """Send an uncertain or failed message once more, as a person decided; returns the new id.

    The first one is given up, so that it can never follow. Raises NotFound;
    DomainError("reason-needed"); Conflict("notice-changed-meanwhile").
    """
    if not reason.strip():
        raise DomainError("reason-needed")
    shown = queries.notice_for(session, actor, notice_id)
    if shown.channel is Channel.IN_APP or not shown.needs_a_person:
        raise Conflict("notice-changed-meanwhile")
    _settle(session, shown, now)
    notice = session.get_one(Notice, notice_id)
    key = f"{notice.dedupe_key.partition(SECOND)[0]}{SECOND}again-{notice_id}"
    again = owe_again(session, notice, key, shown.channel)
    if again is None:
        raise Conflict("notice-changed-meanwhile")
    subject = Subject("notice", str(notice_id), shown.ward_code)
    facts = {"new": again}
    record(session, actor, "send-notice-anew", subject, reason=reason[:MOST_REASON], changes=facts)
    return again


def mark_all_read(session: Session, actor: Actor, newest: int, *, now: datetime) -> None:
    """Mark this person's notices up to `newest`, the first on the page, as read."""
    ids = queries.own_unread(session, actor, newest)
    session.execute(update(Notice).where(Notice.id.in_(ids)).values(read_at=now))


def _settle(session: Session, shown: queries.Shown, now: datetime) -> None:
    """Take a notice off the list of those that need a person; an uncertain one is given up."""
    values: dict[str, object] = {"read_at": now}
    if shown.state is NoticeState.UNCERTAIN:
        values["state"] = NoticeState.ABANDONED.value
    as_read = (Notice.id == shown.id, Notice.state == shown.state.value, Notice.read_at.is_(None))
    if rows_changed(session, update(Notice).where(*as_read).values(values)) != 1:
        raise Conflict("notice-changed-meanwhile")
