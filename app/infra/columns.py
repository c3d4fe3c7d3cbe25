"""Many rows out of the database and into it, one text a column.

A driver that makes an object of each value takes longer than the server does. Texts are cut at
line breaks: for ids, codes, numbers, days and JSON, none of which holds one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Select,
    String,
    TableValuedAlias,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

BREAK = "\n"
NULL = r"\N"


class TornColumn(RuntimeError):
    """A value of a column holds a line break; the message names the column."""


def among(column: Any, values: Iterable[str] | BindParameter[Any]) -> ColumnElement[bool]:  # noqa: ANN401 - of any table.
    """Whether a column of texts is one of `values`, which go over as one array.

    A parameter for each, as IN has it, makes statements of a province's wards slow to compile.
    """
    named = values if isinstance(values, BindParameter) else None
    wanted = literal(sorted(values), ARRAY(String())) if named is None else named
    found: ColumnElement[bool] = column == any_(wanted)
    return found


@dataclass(frozen=True, slots=True)
class Columns:
    """A select whose columns come as one text each. Build it once, and read it often."""

    statement: Select[*tuple[Any, ...]]
    names: tuple[str, ...]

    @classmethod
    def of(cls, statement: Select[*tuple[Any, ...]]) -> "Columns":
        """The columns of a select, in the select's order of rows."""
        rows = statement.subquery("rows")
        wanted = [func.string_agg(_or_null(c), BREAK) for c in rows.c]
        return cls(select(func.count(), *wanted), tuple(column.name for column in rows.c))


def _or_null(column: ColumnElement[Any]) -> ColumnElement[str]:
    text = cast(column, String)
    is_never_null = getattr(column, "nullable", True) is False
    return text if is_never_null else func.coalesce(text, NULL)


def read_columns(
    session: Session, columns: Columns, given: Mapping[str, object] | None = None
) -> Iterator[list[str | None]]:
    """Each column as the texts of its values. given: the values of named parameters.

    None for null. All of them hold as many values as there are rows. Raises TornColumn.
    """
    count, *texts = session.execute(columns.statement, given).one()
    for name, text in zip(columns.names, texts, strict=True):
        values = _values(text)
        if len(values) != count:
            raise TornColumn(name)
        yield values


def _values(text: str | None) -> list[str | None]:
    if text is None:
        return []
    values: list[str | None] = [*text.split(BREAK)]
    return [None if v == NULL else v for v in values] if NULL in text else values


def rows_of(names: Sequence[str], types: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    """Rows to insert from, given as texts_of(): a parameter named as each column.

    types: of the columns that are no texts. Not COPY: PostgreSQL refuses it into a table with
    row-level security. A text a column takes about as long.
    """
    arrays = [
        cast(
            func.string_to_array(bindparam(name, type_=String()), BREAK, ""),
            ARRAY(types.get(name, String())),
        )
        for name in names
    ]
    named: list[ColumnElement[Any]] = [column(n, types.get(n, String())) for n in names]
    return func.unnest(*arrays).table_valued(*named).render_derived()


def texts_of(columns: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Columns of as many texts each, as rows_of() takes them; an empty text is null."""
    return {name: BREAK.join(texts) for name, texts in columns.items()}
