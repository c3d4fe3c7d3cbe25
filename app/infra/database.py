"""The database: one engine a process, typed models, named constraints."""

import time
from datetime import datetime
from typing import Any, cast

import psycopg
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Engine,
    MetaData,
    String,
    create_engine,
    event,
)
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from app.config import Settings

# For callers who must not know what the database is reached with.
DatabaseFault = SQLAlchemyError

# A constraint's name is what an error shows; so each is named by rule, never by chance.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of all models: str is text, int is bigint, times are aware."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads a plain dict here.
        str: String(),
        int: BigInteger(),
        datetime: DateTime(timezone=True),
    }


# A process that freezes inside a transaction would keep its row locks for ever without the last.
WEB_LIMITS = {"statement_timeout": 10_000, "lock_timeout": 3_000}
WORKER_LIMITS = {"statement_timeout": 120_000, "lock_timeout": 3_000}
IDLE_LIMIT_MS = 10_000
# A server that was killed needs about as long to come back.
RESTED_SECONDS = 0.5
BEGIN = "begin"


def make_engine(settings: Settings, *, pool_size: int = 5) -> Engine:
    """An engine whose connections act as `settings.database_role`, with time limits.

    The role matters: superusers and owners slip past row-level security (TRUST.md, 4.3).
    """
    url = make_url(settings.database_url)
    limits = WORKER_LIMITS if settings.database_role == "nc_worker" else WEB_LIMITS
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        # The connection that was used last knows the statements that are asked most.
        pool_use_lifo=True,
        pool_timeout=5,
        # An error's text goes to the log, and what was to be stored may be about a person.
        hide_parameters=True,
        connect_args={"options": _options(url, settings.database_role, limits)}
        | {"connect_timeout": 3, "autocommit": True},
    )
    event.listen(engine, "handle_error", _without_detail)
    event.listen(engine, "begin", _open)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_if_rested)
    return engine


def _open(connection: Connection) -> None:
    """Begin a transaction by what its options ask for, in one round trip.

    The driver begins nothing by itself (it is told so by "autocommit"): it would take a round
    trip for BEGIN alone, and one more for the scope.
    """
    opening = connection.get_execution_options().get("opening", BEGIN)
    if opening:
        send(connection, opening)


def send(connection: Connection, command: str) -> None:
    """Send what begins or ends a transaction. Raises OperationalError if the server is away."""
    driver = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
    try:
        # Without parameters it is one message, though of several statements; never prepared.
        driver.execute(command, prepare=False)
    except psycopg.Error as error:
        connection.invalidate(error)
        raise OperationalError(command, None, error) from error


def _note_use(_driver: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _ask_if_rested(
    driver: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Ask the server for a sign of life on a connection that has rested, as after its restart.

    Raises InvalidatePoolError where none comes, for which the pool makes new ones.
    """
    used_at = record.info.get("used_at")
    if used_at is None or time.monotonic() - used_at < RESTED_SECONDS:
        return
    try:
        cast("psycopg.Connection[Any]", driver).execute("")
    except psycopg.Error as error:
        raise InvalidatePoolError from error


def _without_detail(context: ExceptionContext) -> None:
    """Keep of a refusal what was refused, not the row: PostgreSQL quotes it whole in its detail.

    Rows under row-level security are not quoted to us, but those of accounts and donors are.
    """
    refused, wrapped = context.original_exception, context.sqlalchemy_exception
    whole, said = str(refused), getattr(getattr(refused, "diag", None), "message_primary", None)
    if said is None:
        return
    refused.args = (said,)
    if wrapped is not None:
        wrapped.args = tuple(str(arg).replace(whole, said) for arg in wrapped.args)


def _options(url: URL, role: str | None, limits: dict[str, int]) -> str:
    """The server settings each connection starts with, after any that the address names."""
    own = url.query.get("options", "")
    wanted = [f"-c {name}={value}" for name, value in limits.items()]
    wanted.append(f"-c idle_in_transaction_session_timeout={IDLE_LIMIT_MS}")
    # Days are read from their texts too, and the server's own habits must not change them.
    wanted += ["-c timezone=UTC", "-c datestyle=ISO"]
    if role:
        wanted.append(f"-c role={role}")
    return " ".join([own if isinstance(own, str) else " ".join(own), *wanted]).strip()


_sessions: sessionmaker[Session] = sessionmaker(expire_on_commit=False, autoflush=True)

# The same, whose connections begin nothing by themselves.
_silent: sessionmaker[Session] = sessionmaker(expire_on_commit=False, autoflush=True)


def bind(engine: Engine) -> None:
    """Point this process's transactions at `engine`."""
    _sessions.configure(bind=engine)
    _silent.configure(bind=engine.execution_options(opening=""))


def engine_in_use() -> Engine:
    """The engine given to bind(). Raises RuntimeError before that."""
    engine = _sessions.kw.get("bind")
    if not isinstance(engine, Engine):
        message = "no database is bound to this process yet"
        raise RuntimeError(message)  # noqa: TRY004 - nothing was passed in; it is a matter of order.
    return engine


def new_session() -> Session:
    """A session for transaction(), which alone may commit it."""
    return _sessions()


def silent_session() -> Session:
    """A session on a connection of its own, `info["connection"]`, where nothing begins by itself.

    A statement stands for itself until a "begin" is sent. The connection is the caller's to close.
    """
    session = _silent()
    connection = cast("Engine", session.bind).connect()
    session.bind = session.info["connection"] = connection
    return session
