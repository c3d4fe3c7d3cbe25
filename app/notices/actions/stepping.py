"""The lower rungs of the ladder: a call or a knock, a slip, a word on the loudspeakers."""

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.crypto import cipher
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_id
from app.notices import queries
from app.notices.models import Notice, NoticeStep
from app.notices.rules import Outcome, TryDraft

DEEDS = {Outcome.TOLD: "tell-in-person", Outcome.MISSED: "miss-in-person"}
LEFT_DEEDS = {Outcome.PRINTED: "print-notice-slips", Outcome.ANNOUNCED: "announce-notices"}


def open_call(session: Session, actor: Actor, notice_id: int) -> queries.OpenedCall:
    """A call with its number; the look is written down as one at an identity."""
    found = queries.call_for(session, actor, notice_id)
    record(session, actor, "see-notice-address", _subject(session, notice_id))
    return found


def note_try(
    session: Session, actor: Actor, notice_id: int, draft: TryDraft, *, now: datetime
) -> None:
    """Note that somebody was told, or not met: each try once, however often it is sent.

    Raises NotFound for what the actor may not tell; Conflict("notice-changed-meanwhile") if
    another try was noted since the page was read.
    """
    queries.call_for(session, actor, notice_id)
    as_seen = (Notice.id == notice_id, Notice.read_at.is_(None), Notice.misses == draft.seen)
    values: dict[str, object] = {"read_at": now}
    if draft.outcome is Outcome.MISSED:
        values = {"misses": Notice.misses + 1}
    if rows_changed(session, update(Notice).where(*as_seen).values(values)) != 1:
        raise Conflict("notice-changed-meanwhile")
    subject = _subject(session, notice_id)
    note = cipher().encrypt(draft.note, queries.note_place(notice_id)) if draft.note else None
    own = {"outcome": draft.outcome.value, "note": note, "by_id": actor.account_id, "at": now}
    session.add(NoticeStep(notice_id=notice_id, ward_code=subject.ward_code, **own))
    record(session, actor, DEEDS[draft.outcome], subject)


def put_on_paper(session: Session, actor: Actor, how: Outcome, *, now: datetime) -> int:
    """Put all that is left onto slips, or note that it was called out; returns how many.

    The rows are locked, so that two who print together print each slip once. Raises
    DomainError("nothing-left").
    """
    ids = queries.left_ids(session, actor, how)
    if not ids:
        raise DomainError("nothing-left")
    column = Notice.printed_at if how is Outcome.PRINTED else Notice.announced_at
    session.execute(update(Notice).where(Notice.id.in_(ids)).values({column.key: now}))
    batch = new_id() if how is Outcome.PRINTED else None
    common = {"outcome": how.value, "batch": batch, "by_id": actor.account_id, "at": now}
    ward_code = min(actor.ward_codes)
    rows = [{"notice_id": i, "ward_code": ward_code, **common} for i in ids]
    session.execute(insert(NoticeStep), rows)
    subject = Subject("notice-slips", batch or now.isoformat(), ward_code)
    record(session, actor, LEFT_DEEDS[how], subject, changes={"notices": ids})
    return len(ids)


def read_slips(session: Session, actor: Actor, batch: str) -> list[queries.Slip]:
    """The slips of a sheet, to print; that names left the system is written down."""
    slips = queries.slips_of(session, actor, batch)
    subject = Subject("notice-slips", batch, min(actor.ward_codes))
    seen = {"notices": [slip.notice_id for slip in slips]}
    record(session, actor, "see-notice-slips", subject, changes=seen)
    return slips


def _subject(session: Session, notice_id: int) -> Subject:
    return Subject("notice", str(notice_id), session.get_one(Notice, notice_id).ward_code)
