"""A request sent twice is done once: keys issued with each form, claimed by its transaction."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.infra.models import IdempotencyKey
from app.infra.prepared import Prepared
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
        if _CLAIM.change(session, self._own_row() | {"fingerprint": self.fingerprint}):
            session.info["request_key"] = self
            before_commit(session, lambda: self._free(session))
            return
        seen = _SEEN.row(session, self._own_row())
        if seen is None:
            # Its key was given back between the two statements.
            self.claim(session)
            return
        fingerprint, location, at = seen
        if fingerprint != self.fingerprint:
            raise SentBefore(at)
        raise AlreadyAnswered(location, at)

    def remember(self, session: Session, location: str) -> None:
        """Keep where the request was answered."""
        _REMEMBER.change(session, self._own_row() | {"location": location})

    def _free(self, session: Session) -> None:
        """Give the key back, unless its answer was remembered."""
        if "request_key" in session.info:
            _FREE.change(session, self._own_row())

    def _own_row(self) -> dict[str, object]:
        return {"actor_key": self.actor_key, "key": self.key}


# Built once: every form that is sent runs two of them.
_ROW = cast("Table", IdempotencyKey.__table__)
_GIVEN = {name: bindparam(name, type_=_ROW.c[name].type) for name in _ROW.c.keys()}  # noqa: SIM118 - no mapping.
_OWN = (_ROW.c.actor_key == _GIVEN["actor_key"]) & (_ROW.c.key == _GIVEN["key"])
_CLAIM = Prepared(
    insert(_ROW)
    .values({name: _GIVEN[name] for name in ("actor_key", "key", "fingerprint")})
    .on_conflict_do_nothing()
)
_SEEN = Prepared(select(_ROW.c.fingerprint, _ROW.c.location, _ROW.c.created_at).where(_OWN))
_REMEMBER = Prepared(update(_ROW).where(_OWN).values(location=_GIVEN["location"]))
_FREE = Prepared(delete(_ROW).where(_OWN))


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
