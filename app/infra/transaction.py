"""The one owner of the commit, and of the scope that the database enforces."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Function, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable

from app.infra.database import DatabaseFault, new_session, send, silent_session

# Views name the session only to pass it on, so they have it from here.
__all__ = [
    "ALL_WARDS",
    "Session",
    "after_commit",
    "as_of",
    "before_commit",
    "before_first_write",
    "database_now",
    "end_shared_reads",
    "rows_changed",
    "scoped",
    "set_scope",
    "share_reads",
    "transaction",
    "written_as_of",
    "written_at",
]

ALL_WARDS = "*"
QUOTE = "'"
SET_SCOPE = text("select set_config('nc.wards', :wards, true)")

_wards: ContextVar[str] = ContextVar("wards", default="")
_instant: ContextVar[datetime | None] = ContextVar("instant", default=None)
_active: ContextVar[bool] = ContextVar("transaction_active", default=False)
_reader: ContextVar["_Reader | None"] = ContextVar("reader", default=None)
_first_write: ContextVar[Callable[[Session], None] | None] = ContextVar("first_write", default=None)


@contextmanager
def scoped(wards: Iterable[str]) -> Iterator[None]:
    """Let the transactions inside see the protected rows of `wards` only ("*" is every ward)."""
    token = _wards.set(",".join(sorted(wards)))
    try:
        yield
    finally:
        _wards.reset(token)


def set_scope(wards: Iterable[str]) -> None:
    """The same for the rest of one web request, whose context ends with it."""
    _wards.set(",".join(sorted(wards)))


@contextmanager
def as_of(instant: datetime) -> Iterator[None]:
    """Date the movements that are written inside at `instant`: a past that is told afterwards.

    For the invented past of the demo. The journal knows no such thing: it keeps real time.
    """
    token = _instant.set(instant)
    try:
        yield
    finally:
        _instant.reset(token)


def written_at() -> datetime | Function[datetime]:
    """What the database shall note as the time of a movement: its own clock, but for as_of()."""
    return _instant.get() or func.now()


def written_as_of() -> datetime | None:
    """The instant of as_of(), or None: then the database's own clock shall tell."""
    return _instant.get()


def database_now(session: Session) -> datetime:
    """The moment by the one clock that all machines share: when this transaction began."""
    return session.execute(select(func.now())).scalar_one()


def before_first_write(claim: Callable[[Session], None] | None) -> None:
    """Run `claim` as the first statement of this request's next writing transaction."""
    _first_write.set(claim)


@contextmanager
def transaction(
    *, read_only: bool = False, repeatable: bool = False, one_statement: bool = False
) -> Iterator[Session]:
    """One unit of work: commits at the end, rolls back on any error, then runs its wake-ups.

    Does not nest. `repeatable` reads one snapshot throughout. The scope is set with the
    transaction and ends with it, so that it cannot leak to the connection's next user. What
    only reads joins the request's reader, where share_reads() has begun one; anything else ends
    the reader first, so that a request never holds two connections. `one_statement` is for what
    needs no scope and is whole in itself: the statement is its own transaction, and two round
    trips are saved.
    """
    if _active.get():
        message = "transaction() does not nest: pass the session on"
        raise RuntimeError(message)
    token, reader = _active.set(True), _reader.get()
    try:
        if reader is not None and read_only and not repeatable:
            with reader.reading(scoped=not one_statement) as session:
                yield session
        else:
            if reader is not None:
                reader.close()
            opening = "" if one_statement else _opening(_wards.get(), read_only, repeatable)
            with _own(opening, writes=not read_only) as session:
                yield session
    finally:
        _active.reset(token)
    for call in cast("list[Callable[[], None]]", session.info.get("after_commit", [])):
        call()


@contextmanager
def _own(opening: str, *, writes: bool) -> Iterator[Session]:
    session = _opened(opening) if opening else silent_session()
    try:
        claim = _first_write.get()
        if claim is not None and writes:
            _first_write.set(None)
            claim(session)
        yield session
        for call in cast("list[Callable[[], None]]", session.info.get("before_commit", [])):
            call()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
        _connection_of(session).close()


def _opened(opening: str) -> Session:
    session = new_session()
    session.info["connection"] = session.connection(execution_options={"opening": opening})
    return session


def _connection_of(session: Session) -> Connection:
    return cast("Connection", session.info["connection"])


def share_reads() -> None:
    """Let all that only reads in this request use one connection and one transaction.

    Each began its own before, at four round trips to the server. end_shared_reads() ends it.
    """
    end_shared_reads()
    _reader.set(_Reader())


def end_shared_reads() -> None:
    """Close the request's reader, if it has one; the connection goes back to the pool."""
    reader = _reader.get()
    if reader is not None:
        _reader.set(None)
        reader.close()


class _Reader:
    """A read-only transaction that opens at its first use; every statement sees what is new."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._wards: str | None = None

    @contextmanager
    def reading(self, *, scoped: bool) -> Iterator[Session]:
        """The session, in the scope that holds now, with nothing kept from an earlier use.

        Until a use is scoped, each statement stands for itself.
        """
        session = self._session = self._session or silent_session()
        try:
            if scoped and (wards := _wards.get()) != self._wards:
                if self._wards is None:
                    send(_connection_of(session), _opening(wards, read_only=True))
                else:
                    session.execute(SET_SCOPE, {"wards": wards})
                self._wards = wards
            yield session
        except BaseException:
            self.close(failed=True)
            raise
        session.expunge_all()

    def close(self, *, failed: bool = False) -> None:
        """End the transaction; the next use begins another.

        By a commit, though nothing was written: after a rollback the driver forgets all
        prepared statements of the connection, and each is planned anew.
        """
        if self._session is not None:
            connection = _connection_of(self._session)
            with suppress(DatabaseFault):
                if self._session.in_transaction() and not failed:
                    self._session.commit()
                elif self._wards is not None and not failed:
                    send(connection, "commit")
            self._session.close()
            connection.close()
        self._session, self._wards = None, None


def _opening(wards: str, read_only: bool, repeatable: bool = False) -> str:  # noqa: FBT001, FBT002 - private, and named where it matters.
    """What begins a transaction and sets its scope, as one message to the server."""
    modes = ("isolation level repeatable read " if repeatable else "") + (
        "read only" if read_only else ""
    )
    return f"begin {modes}; set local nc.wards = '{wards.replace(QUOTE, QUOTE * 2)}'"


def before_commit(session: Session, call: Callable[[], None]) -> None:
    """Run `call` as the last thing of this session's transaction; never if it fails."""
    session.info.setdefault("before_commit", []).append(call)


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Run `call` once this session's transaction has been committed; never if it is not."""
    session.info.setdefault("after_commit", []).append(call)


def rows_changed(
    session: Session, statement: Executable, given: Mapping[str, object] | None = None
) -> int:
    """Run a guarded UPDATE or DELETE and tell how many rows it changed.

    given: the values of a statement that was built once, by name.
    """
    result = cast("CursorResult[Any]", session.execute(statement, given))
    return result.rowcount
