"""What somebody searches for, as patterns that a prepared statement takes as parameters."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement

from app.kernel.vietnamese import fold

ESCAPE = "/"


def patterns_of(search: str) -> list[str]:
    """What finds each word of a search, without its accents, anywhere in a folded text."""
    return [f"%{_plain(word)}%" for word in fold(search).split()]


def matches(column: Any, pattern: str | BindParameter[str]) -> ColumnElement[bool]:  # noqa: ANN401 - of any table.
    """Whether a column of folded texts matches one of patterns_of()."""
    found: ColumnElement[bool] = column.like(pattern, escape=ESCAPE)
    return found


def _plain(word: str) -> str:
    for sign in (ESCAPE, "%", "_"):
        word = word.replace(sign, ESCAPE + sign)
    return word
