"""Rows out, a text a column: values, nulls and order as the select has them; a torn one refused."""

import pytest
from sqlalchemy import Integer, String, column, false, select, values

from app.infra.columns import Columns, TornColumn, read_columns

TABLE = values(column("id", Integer), column("name", String), name="given")


def given(*rows):
    return Columns.of(select(TABLE.data(list(rows))).order_by("id"))


def test_columns_come_as_texts_in_the_selects_order(session):
    ids, names = read_columns(session, given((3, "c"), (1, r"a \ b"), (2, None)))

    assert (ids, names) == (["1", "2", "3"], [r"a \ b", None, "c"])


def test_no_rows_are_columns_without_values(session):
    assert list(
        read_columns(session, Columns.of(select(TABLE.data([(1, "a")])).where(false())))
    ) == [[], []]


def test_a_value_with_a_line_break_is_refused(session):
    with pytest.raises(TornColumn, match="name"):
        list(read_columns(session, given((1, "a\nb"), (2, "c"))))
