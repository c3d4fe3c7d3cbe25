"""The one owner of the commit, and of the scope that the database enforces."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable

from app.infra.database import new_session

# Views name the session only to pass it on, so they have it from here.
__all__ = [
    "ALL_WARDS",
    "Session",
    "after_commit",
    "before_first_write",
    "rows_changed",
    "scoped",
    "set_scope",
    "transaction",
]

ALL_WARDS = "*"

_wards: ContextVar[str] = ContextVar("wards", default="")
_active: ContextVar[bool] = ContextVar("transaction_active", default=False)
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


def before_first_write(claim: Callable[[Session], None] | None) -> None:
    """Run `claim` as the first statement of this request's next writing transaction."""
    _first_write.set(claim)


@contextmanager
def transaction(*, read_only: bool = False, repeatable: bool = False) -> Iterator[Session]:
    """One unit of work: commits at the end, rolls back on any error, then runs its wake-ups.

    Does not nest. `repeatable` reads one snapshot throughout. The scope is set with the
    transaction and ends with it, so that it cannot leak to the connection's next user.
    """
    if _active.get():
        message = "transaction() does not nest: pass the session on"
        raise RuntimeError(message)
    session = new_session()
    token = _active.set(True)
    try:
        _open(session, read_only=read_only, repeatable=repeatable)
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
        _active.reset(token)
    for call in cast("list[Callable[[], None]]", session.info.get("after_commit", [])):
        call()


def _open(session: Session, *, read_only: bool, repeatable: bool) -> None:
    """Begin as asked, which costs no statement of its own, and set the scope."""
    options: dict[str, object] = {"postgresql_readonly": read_only}
    if repeatable:
        options["isolation_level"] = "REPEATABLE READ"
    session.connection(execution_options=options)
    session.execute(text("select set_config('nc.wards', :wards, true)"), {"wards": _wards.get()})
    claim = _first_write.get()
    if claim is not None and not read_only:
        _first_write.set(None)
        claim(session)


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Run `call` once this session's transaction has been committed; never if it is not."""
    session.info.setdefault("after_commit", []).append(call)


def rows_changed(session: Session, statement: Executable) -> int:
    """Run a guarded UPDATE or DELETE and tell how many rows it changed."""
    result = cast("CursorResult[Any]", session.execute(statement))
    return result.rowcount
