"""Many rows out of the database and into it, one text a column.

A driver that makes an object of each value takes longer than the server does. Texts are cut at
line breaks: for ids, codes, numbers, days and JSON, none of which holds one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    TableValuedAlias,
    any_,
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


def among(column: Any, values: Iterable[str]) -> ColumnElement[bool]:  # noqa: ANN401 - of any table.
    """Whether a column of texts is one of `values`, which go over as one array.

    A parameter for each, as IN has it, makes statements of a province's wards slow to compile.
    """
    wanted: ColumnElement[bool] = column == any_(literal(sorted(values), ARRAY(String())))
    return wanted


def read_columns(
    session: Session, statement: Select[*tuple[Any, ...]]
) -> Iterator[list[str | None]]:
    """The columns of a select, each as the texts of its values in the select's order.

    None for null. All of them hold as many values as there are rows. Raises TornColumn.
    """
    rows = statement.subquery("rows")
    wanted = [func.string_agg(func.coalesce(cast(c, String), NULL), BREAK) for c in rows.c]
    count, *texts = session.execute(select(func.count(), *wanted)).one()
    for place, text in enumerate(texts):
        values = _values(text)
        if len(values) != count:
            raise TornColumn(rows.c[place].name)
        yield values


def _values(text: str | None) -> list[str | None]:
    if text is None:
        return []
    values: list[str | None] = [*text.split(BREAK)]
    return [None if v == NULL else v for v in values] if NULL in text else values


def rows_of(
    columns: Mapping[str, Iterable[object]], types: Mapping[str, TypeEngine[Any]]
) -> TableValuedAlias:
    """Columns of as many values each, as rows to insert from; an empty text is null.

    types: of the columns that are no texts. Not COPY: PostgreSQL refuses it into a table with
    row-level security. A text a column takes about as long.
    """
    arrays = [
        cast(
            func.string_to_array(literal(BREAK.join(map(str, values))), BREAK, ""),
            ARRAY(types.get(name, String())),
        )
        for name, values in columns.items()
    ]
    named: list[ColumnElement[Any]] = [column(n, types.get(n, String())) for n in columns]
    return func.unnest(*arrays).table_valued(*named).render_derived()
