"""A request sent twice is done once: keys issued with each form, claimed by its transaction."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from app.infra.models import IdempotencyKey
from app.infra.transaction import before_commit

MAX_KEY_LENGTH = 64


class AlreadyAnswered(Exception):
    """This very request was carried out before; `location` is the page that answered it."""

    def __init__(self, location: str | None, at: datetime) -> None:
        super().__init__(location)
        self.location = location
        self.at = at


class SentBefore(Exception):
    """The form with this key was carried out at `at`, with other content."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Who asked, the key that the form carried, and a digest of what was asked."""

    actor_key: str
    key: str
    fingerprint: bytes

    def claim(self, session: Session) -> None:
        """Take the key as the first statement; a twin waits on the row until we commit.

        What ends without an answer that is remembered, such as a form shown again with what is
        wrong, was not carried out: its key is free again.
        Raises AlreadyAnswered for a repeat, SentBefore for the same key with other content.
        """
        statement = (
            insert(IdempotencyKey)
            .values(actor_key=self.actor_key, key=self.key, fingerprint=self.fingerprint)
            .on_conflict_do_nothing()
            .returning(IdempotencyKey.key)
        )
        if session.scalar(statement) is not None:
            session.info["request_key"] = self
            before_commit(session, lambda: self._free(session))
            return
        seen = session.execute(
            select(
                IdempotencyKey.fingerprint, IdempotencyKey.location, IdempotencyKey.created_at
            ).where(*self._own_row())
        ).one()
        if seen.fingerprint != self.fingerprint:
            raise SentBefore(seen.created_at)
        raise AlreadyAnswered(seen.location, seen.created_at)

    def remember(self, session: Session, location: str) -> None:
        """Keep where the request was answered."""
        statement = update(IdempotencyKey).where(*self._own_row())
        session.execute(statement.values(location=location))

    def _free(self, session: Session) -> None:
        """Give the key back, unless its answer was remembered."""
        if "request_key" in session.info:
            session.execute(delete(IdempotencyKey).where(*self._own_row()))

    def _own_row(self) -> tuple[ColumnElement[bool], ...]:
        return IdempotencyKey.actor_key == self.actor_key, IdempotencyKey.key == self.key


def remember_answer(session: Session, location: str) -> None:
    """Keep where this request was answered, in the transaction that carries it out."""
    key = session.info.pop("request_key", None)
    if isinstance(key, RequestKey):
        key.remember(session, location)


def fingerprint(method: str, path: str, fields: Callable[[], list[tuple[str, str]]]) -> bytes:
    """A digest of what is asked, blind to the order of fields and to the tokens among them."""
    digest = hashlib.sha256(f"{method} {path}".encode())
    for name, value in sorted(fields()):
        if name not in {"csrf_token", "request_key"}:
            digest.update(f"\x00{name}\x01{value}".encode())
    return digest.digest()
