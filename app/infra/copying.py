"""Reading many rows by COPY: their text at once, without an object for each value on the way."""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection
from sqlalchemy import Select
from sqlalchemy.orm import Session

NULL = r"\N"


def copy_out(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[list[str | None]]:
    """The rows of a select as the texts of their values, None for null, in its order.

    Runs in the session's own transaction, so row-level security and its snapshot hold. About four
    times as fast as fetching, from some thousand rows on. Source: MATCHING.md, 7.
    """
    connection = session.connection()
    compiled = statement.compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    driver: Connection[Any] | None = connection.connection.driver_connection
    if driver is None:
        message = "the connection is closed"
        raise RuntimeError(message)
    with driver.cursor().copy(f"copy ({compiled}) to stdout", dict(compiled.params)) as copy:
        text = b"".join(bytes(part) for part in copy).decode()
    for line in text.split("\n")[:-1]:
        values = line.split("\t")
        yield [_value(v) for v in values] if "\\" in line else [*values]


def _value(text: str) -> str | None:
    """One value as COPY's text form writes it."""
    if text == NULL:
        return None
    if "\\" not in text:
        return text
    parts = text.split(r"\\")
    plain = [part.replace(r"\t", "\t").replace(r"\n", "\n").replace(r"\r", "\r") for part in parts]
    return "\\".join(plain)
