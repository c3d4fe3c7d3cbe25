"""Statements that pages ask again and again: written to SQL once a process, then sent as text.

SQLAlchemy spends as long on handing over a statement and wrapping its rows as the server does on
answering; here it writes the SQL, keeps the transaction, tells its listeners and wraps errors.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

import psycopg
from psycopg.rows import tuple_row
from sqlalchemy import CompoundSelect, Connection, Select, UpdateBase
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.orm import Session

Row = tuple[Any, ...]
Statement: TypeAlias = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | UpdateBase
NOTHING: Mapping[str, object] = {}


class _WithConstants(PGCompiler_psycopg):
    """Writes what a statement fixes into its text, so that the server plans with it."""

    def visit_bindparam(self, bindparam: Any, *places: Any, **named: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's.
        """A named parameter as such, all else as a literal."""
        named["literal_binds"] = named.get("literal_binds") or not bindparam.required
        return super().visit_bindparam(bindparam, *places, **named)  # type: ignore[no-untyped-call]  # SQLAlchemy's.


class _Dialect(PGDialect_psycopg):
    """The driver's, with constants written out."""

    supports_statement_cache = True
    statement_compiler = _WithConstants


_DIALECT = _Dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's.


class Prepared:
    """One statement whose only parameters are those that it names: bindparam("ward"), say.

    All else in it is a constant of the text, so make one at import or below @cache, never from
    what a request holds. A list goes over as one array: among(column, bindparam(…, ARRAY)).
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._text = ""
        self._to_driver: dict[str, Callable[[Any], Any]] = {}

    def rows(self, session: Session, given: Mapping[str, object] = NOTHING) -> list[Row]:
        """All rows, each a plain tuple in the order of the statement's columns."""
        with self._run(session, given) as cursor:
            return cursor.fetchall()

    def row(self, session: Session, given: Mapping[str, object] = NOTHING) -> Row | None:
        """The first row, or None."""
        with self._run(session, given) as cursor:
            return cursor.fetchone()

    def value(self, session: Session, given: Mapping[str, object] = NOTHING) -> Any:  # noqa: ANN401 - of any column.
        """The first column of the first row, or None."""
        row = self.row(session, given)
        return None if row is None else row[0]

    def change(self, session: Session, given: Mapping[str, object] = NOTHING) -> int:
        """Run a guarded write; how many rows it changed."""
        with self._run(session, given) as cursor:
            return cursor.rowcount

    def _run(self, session: Session, given: Mapping[str, object]) -> psycopg.Cursor[Row]:
        """The cursor after its statement. Raises what SQLAlchemy raises for the driver's errors."""
        text = self._text or self._write()
        if self._to_driver:
            given = {**given, **{n: to(given[n]) for n, to in self._to_driver.items()}}
        # What the session has been given is in the database before it is asked.
        session.flush()
        connection = session.info.get("connection") or session.connection()
        driver = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
        cursor = driver.cursor(row_factory=tuple_row)
        told = (connection, cursor, text, given, None, False)
        for hear in connection.dispatch.before_cursor_execute:
            hear(*told)
        try:
            cursor.execute(text, given, prepare=True)
        except psycopg.Error as error:
            _refuse(connection, error, text, cursor)
            raise
        for hear in connection.dispatch.after_cursor_execute:
            hear(*told)
        return cursor

    def _write(self) -> str:
        compiled = self._statement.compile(dialect=_DIALECT)
        for name, parameter in compiled.binds.items():
            to_driver = parameter.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
            if parameter.required and to_driver is not None:
                self._to_driver[name] = to_driver
        self._text = str(compiled)
        return self._text


def _refuse(
    connection: Connection, error: psycopg.Error, text: str, cursor: psycopg.Cursor[Row]
) -> None:
    """Raise a driver's error as SQLAlchemy would; a connection that is lost is thrown away."""
    connection._handle_dbapi_exception(error, text, None, cast("Any", cursor), None)  # noqa: SLF001 - it has no other door.
