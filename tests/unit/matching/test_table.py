"""Columns and tables: the same rows as a list of them, whatever is taken, joined or mapped."""

import json
import zlib
from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.matching.packing import document_of, packed, unpacked
from app.matching.rules.snapshot import FreeLine, OpenNeed
from app.matching.rules.table import MOST_IDLE, Column, Table, joined, together
from tests.unit.matching.test_snapshot import gift, gifts, seen


class Pair(NamedTuple):
    name: str
    spec: dict


VALUES = st.lists(st.sampled_from(["a", "b", "c", None]), max_size=12)
PAIRS = st.lists(st.builds(Pair, st.text("xyz", max_size=2), st.sampled_from([{}, {"k": 1}])))


@given(VALUES, st.data())
def test_a_column_takes_rows_as_a_list_does(values, data):
    places = st.lists(st.integers(0, len(values) - 1)) if values else st.just([])
    rows = data.draw(places)

    taken = Column.of(values).take(np.array(rows, dtype=np.int64))

    assert list(taken) == [values[row] for row in rows]
    assert len(set(taken.values)) == len(taken.values) == len(set(taken))


@given(st.lists(st.integers(-5, 5) | st.integers(-(10**6), 10**6)))
def test_whole_numbers_come_back_near_and_far_apart(numbers):
    column = Column.of_ints(np.array(numbers, dtype=np.int64))

    assert list(column) == numbers
    assert len(column.values) <= max(MOST_IDLE + 1, len(numbers))


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.booleans())))
def test_together_numbers_equal_rows_alike(rows):
    columns = [Column.of([row[place] for row in rows]) for place in range(3)]

    both = together(*columns)

    assert list(both) == rows
    assert len(set(both.values)) == len(both.values)


def test_together_stays_exact_where_the_product_of_sizes_does_not_fit():
    wide = Column(range(2**40), np.array([5, 2**39, 5], dtype=np.int64))

    both = together(wide, wide, wide)

    assert list(both) == [(v, v, v) for v in (5, 2**39, 5)]


@given(PAIRS, PAIRS)
def test_tables_end_to_end_are_the_rows_of_both(first, second):
    tables = [Table.of(Pair, rows) for rows in (first, second)]

    assert joined(Pair, tables) == [*first, *second]
    assert Table.of(Pair, first)[:2] == first[:2]


def test_values_that_cannot_be_hashed_are_told_apart_by_what_they_say():
    column = Column.of([{"size": "M"}, {"size": "L"}, {"size": "M"}])

    assert len(column.values) == 2
    assert list(column) == [{"size": "M"}, {"size": "L"}, {"size": "M"}]


def test_a_document_does_not_tell_how_its_columns_were_numbered():
    past = seen([gift(n, group_id=f"g{n % 3}") for n in range(9)], [gifts(2)])
    groups = past.needs.column("group_id")
    turned = Column([*reversed(groups.values), "nobody's"], len(groups.values) - 1 - groups.codes)
    other = seen(past.needs.having(group_id=turned), past.lines)

    assert other.needs == past.needs
    assert document_of(other) == document_of(past)


def test_a_past_that_was_packed_row_by_row_is_still_read():
    past = seen([gift(1, urgency=2), gift(2, had=1)], [gifts(3, groups=("poor",))])
    rows = {
        "on": past.on,
        # Rows packed before `had` was added end one value earlier.
        "needs": [list(past.needs[0])[:-1], list(past.needs[1])],
        "lines": [list(past.lines[0])],
        "kinds": [
            [k.code, k.model, k.fit, k.rule.repeat_after_days, k.rule.one_per_household]
            for k in past.kinds.values()
        ],
        "provinces": past.provinces,
        "pending": [],
        "declined": [],
        "by_ward": False,
    }
    body = zlib.compress(json.dumps(rows, default=str).encode())

    assert unpacked(body) == past


def test_a_past_without_rows_comes_back():
    past = seen(Table.of(OpenNeed, []), Table.of(FreeLine, []))

    assert unpacked(packed(document_of(past))) == past
