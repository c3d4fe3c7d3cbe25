"""Reading a ward's own words for its messages and letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rules import Actor
from app.kernel.errors import NotFound
from app.notices.models import Notice, WardWords
from app.notices.own_words import Moment, Piece, moments_of
from app.notices.rules import Template


@dataclass(frozen=True, slots=True)
class Written:
    """One version of a ward's own words. ended_at: None while they are in use."""

    moment: Moment
    language: str
    words: str
    by: str
    at: datetime
    ended_at: datetime | None


def own_words(session: Session, notice: Notice, values: Mapping[str, object]) -> dict[Piece, str]:
    """The words that the notice's ward has for it, by piece; the supplied ones stand for others."""
    moments = moments_of(Template(notice.template), values)
    if not moments or notice.ward_code is None:
        return {}
    statement = select(WardWords.moment, WardWords.words).where(
        WardWords.ward_code == notice.ward_code,
        WardWords.moment.in_(moments),
        WardWords.language == notice.language,
        WardWords.ended_at.is_(None),
    )
    return {moments[moment]: words for moment, words in session.execute(statement)}


def words_of_ward(session: Session, actor: Actor) -> dict[tuple[Moment, str], Written]:
    """The actor's ward's own words in use, by moment and language."""
    return {
        (w.moment, w.language): w for w in _written(session, actor, WardWords.ended_at.is_(None))
    }


def versions_of(session: Session, actor: Actor, moment: Moment, language: str) -> list[Written]:
    """All words that the ward has had for a moment, newest first, at most fifty."""
    asked = (WardWords.moment == moment.value, WardWords.language == language)
    found = _written(session, actor, *asked)
    return sorted(found, key=lambda w: w.at, reverse=True)[:50]


def asked_moment(name: str, language: str) -> Moment:
    """The moment of an address. Raises NotFound for one that there is not."""
    if name not in set(Moment) or language not in {"vi", "en"}:
        raise NotFound("notice-words")
    return Moment(name)


def _written(session: Session, actor: Actor, *only: ColumnElement[bool]) -> list[Written]:
    statement = (
        select(WardWords, Account.name)
        .join(Account, Account.id == WardWords.written_by)
        .where(WardWords.ward_code == actor.home_ward, *only)
    )
    return [
        Written(Moment(w.moment), w.language, w.words, by, w.written_at, w.ended_at)
        for w, by in session.execute(statement)
    ]
