"""Changing a ward's words for its short messages; what was sent keeps the words it had."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.notices.models import WardWords
from app.notices.own_words import WordsDraft, faults_of


def keep_words(
    session: Session, actor: Actor, draft: WordsDraft, *, base_url: str, now: datetime
) -> None:
    """Use these words from now on.

    Raises DomainError("words-faulty") for what may not be sent;
    Conflict("words-changed-meanwhile") if somebody else was quicker.
    """
    if faults_of(draft.moment, draft.words, base_url):
        raise DomainError("words-faulty")
    _end(session, actor, draft, now)
    values = {
        "ward_code": actor.home_ward,
        "moment": draft.moment.value,
        "language": draft.language,
        "words": " ".join(draft.words.split()),
        "written_by": actor.account_id,
        "written_at": now,
    }
    # Nobody else's words may be in use by now: the index lets one version in.
    statement = insert(WardWords).values(values).on_conflict_do_nothing()
    if session.scalar(statement.returning(WardWords.id)) is None:
        raise Conflict("words-changed-meanwhile")
    record(session, actor, "write-words", _subject(actor, draft), changes={"words": draft.words})


def use_supplied(session: Session, actor: Actor, draft: WordsDraft, *, now: datetime) -> None:
    """Go back to the words that come with the product. Raises Conflict if the ward uses them."""
    if not _end(session, actor, draft, now):
        raise Conflict("words-changed-meanwhile")
    record(session, actor, "drop-words", _subject(actor, draft))


def _end(session: Session, actor: Actor, draft: WordsDraft, now: datetime) -> int:
    """End what was read and is in use. Raises Conflict if it is not what was read."""
    in_use = (
        WardWords.ward_code == actor.home_ward,
        WardWords.moment == draft.moment.value,
        WardWords.language == draft.language,
        WardWords.ended_at.is_(None),
    )
    as_read = update(WardWords).where(*in_use, WardWords.words == draft.was)
    ended = rows_changed(session, as_read.values(ended_at=now))
    if ended != bool(draft.was):
        raise Conflict("words-changed-meanwhile")
    return ended


def _subject(actor: Actor, draft: WordsDraft) -> Subject:
    return Subject("notice-words", f"{draft.moment}:{draft.language}", actor.home_ward)
