"""Rows kept a column each: what a province has hundreds of thousands of is never made row by row.

A column keeps each distinct value once, so whatever follows from a value is worked out once a
value and not once a row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
# A whole number's column may have so many values that no row has.
MOST_IDLE = 10_000
LARGEST_CODE = 2**62
T = TypeVar("T")
U = TypeVar("U")
Row = TypeVar("Row", bound=NamedTuple)


class Column(Sequence[T]):
    """A value a row. codes: of each row the place of its value in `values`, int64.

    Made by of() the values are distinct, in the order in which they first came; after map()
    some may be equal, until distinct().
    """

    __slots__ = ("codes", "values")

    def __init__(self, values: Sequence[T], codes: Ints) -> None:
        self.values, self.codes = values, codes

    @classmethod
    def of(cls, values: Sequence[T]) -> "Column[T]":
        """The column of these values; those that cannot be hashed are told apart by their repr."""
        try:
            known = dict.fromkeys(values)
        except TypeError:
            by_text = Column.of([repr(value) for value in values])
            firsts = np.unique(by_text.codes, return_index=True)[1].tolist()
            return cls([values[row] for row in firsts], by_text.codes)
        numbers = dict(zip(known, range(len(known)), strict=True))
        codes = np.fromiter(map(numbers.__getitem__, values), np.int64, len(values))
        return cls(list(known), codes)

    @classmethod
    def of_ids(cls, values: Sequence[T]) -> "Column[T]":
        """The column of values of which no two are equal."""
        return cls(values, np.arange(len(values), dtype=np.int64))

    @classmethod
    def of_ints(cls, numbers: Ints) -> "Column[int]":
        """The column of whole numbers; those between the least and the most may be idle values."""
        least, most = int(numbers.min(initial=0)), int(numbers.max(initial=0))
        if most - least > MOST_IDLE:
            values, codes = np.unique(numbers, return_inverse=True)
            return Column(values.tolist(), codes.astype(np.int64))
        return Column(range(least, most + 1), numbers - least)

    @classmethod
    def of_one(cls, value: T, rows: int) -> "Column[T]":
        """The same value in every row."""
        return cls([value] if rows else [], np.zeros(rows, dtype=np.int64))

    def map(self, made: Callable[[T], U]) -> "Column[U]":
        """Another value for each; called once for each of `values`."""
        return Column([made(value) for value in self.values], self.codes)

    def distinct(self) -> "Column[T]":
        """The same column with each value once."""
        known = Column.of(self.values)
        return Column(known.values, known.codes[self.codes])

    def ints(self, made: Callable[[T], int]) -> Ints:
        """A whole number for each row; called once a distinct value."""
        return np.array([made(value) for value in self.values], dtype=np.int64)[self.codes]

    def take(self, rows: Ints) -> "Column[T]":
        """The column of some rows, in their order; values that none of them has are dropped."""
        codes = self.codes[rows]
        is_used = np.zeros(len(self.values), dtype=np.bool_)
        is_used[codes] = True
        if is_used.all():
            return Column(self.values, codes)
        values = [self.values[place] for place in np.flatnonzero(is_used).tolist()]
        return Column(values, (is_used.cumsum() - 1)[codes])

    @overload
    def __getitem__(self, row: int) -> T: ...
    @overload
    def __getitem__(self, row: slice) -> "Column[T]": ...
    def __getitem__(self, row: int | slice) -> "T | Column[T]":
        if isinstance(row, slice):
            return self.take(np.arange(len(self.codes), dtype=np.int64)[row])
        return self.values[int(self.codes[row])]

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[T]:
        return map(self.values.__getitem__, self.codes.tolist())


def together(*columns: Column[Any]) -> Column[tuple[Any, ...]]:
    """The tuples of several columns' values as one column, in the order of the columns' codes."""
    codes, size = columns[0].codes, max(1, len(columns[0].values))
    for column in columns[1:]:
        width = max(1, len(column.values))
        if size * width > LARGEST_CODE:
            codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
            size = len(codes)
        codes, size = codes * width + column.codes, size * width
    _, first, codes = np.unique(codes, return_index=True, return_inverse=True)
    parts = (column.codes[first].tolist() for column in columns)
    named = (map(c.values.__getitem__, part) for c, part in zip(columns, parts, strict=True))
    return Column(list(zip(*named, strict=True)), codes.astype(np.int64))


class Table(Sequence[Row], Generic[Row]):
    """Rows of one NamedTuple, a column for each of its fields; a row is made when it is read.

    Equal to any sequence of the same rows.
    """

    __slots__ = ("columns", "made", "rows")

    def __init__(self, made: type[Row], columns: Mapping[str, Sequence[Any]], rows: int) -> None:
        self.made, self.columns, self.rows = made, columns, rows

    @classmethod
    def of(cls, made: type[Row], rows: Iterable[Row]) -> "Table[Row]":
        """The table of some rows. A table comes back as it is."""
        if isinstance(rows, Table):
            return rows
        every = list(rows)
        columns = zip(*every, strict=True) if every else ((),) * len(made._fields)
        named = zip(made._fields, columns, strict=True)
        return cls(made, {name: Column.of(values) for name, values in named}, len(every))

    def column(self, name: str) -> Column[Any]:
        """A field's values. Raises TypeError for one that is kept otherwise."""
        found = self.columns[name]
        if not isinstance(found, Column):
            raise TypeError(name)
        return found

    def ints(self, name: str) -> Ints:
        """A field of whole numbers."""
        return self.column(name).ints(int)

    def having(self, **columns: Sequence[Any]) -> "Table[Row]":
        """The same rows with other values in some fields."""
        return Table(self.made, {**self.columns, **columns}, self.rows)

    def take(self, rows: Ints) -> "Table[Row]":
        """Some rows, in the order in which they are named."""
        if len(rows) == self.rows and np.array_equal(rows, np.arange(self.rows)):
            return self
        return Table(self.made, _Taken(self.columns, rows), len(rows))

    def where(self, which: Bools) -> "Table[Row]":
        """The rows that are marked."""
        return self.take(np.flatnonzero(which))

    @overload
    def __getitem__(self, row: int) -> Row: ...
    @overload
    def __getitem__(self, row: slice) -> "Table[Row]": ...
    def __getitem__(self, row: int | slice) -> "Row | Table[Row]":
        if isinstance(row, slice):
            return self.take(np.arange(self.rows, dtype=np.int64)[row])
        return self.made._make(column[row] for column in self.columns.values())

    def __len__(self) -> int:
        return self.rows

    def __iter__(self) -> Iterator[Row]:
        return map(self.made._make, zip(*self.columns.values(), strict=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # As for other containers that compare by content.


class _Taken(Mapping[str, Sequence[Any]]):
    """Some rows of columns, each column taken when it is first asked for: few of them are."""

    __slots__ = ("_columns", "_rows", "_taken")

    def __init__(self, columns: Mapping[str, Sequence[Any]], rows: Ints) -> None:
        self._columns, self._rows = columns, rows
        self._taken: dict[str, Sequence[Any]] = {}

    def __getitem__(self, name: str) -> Sequence[Any]:
        if name not in self._taken:
            self._taken[name] = _taken(self._columns[name], self._rows)
        return self._taken[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def _taken(column: Sequence[Any], rows: Ints) -> Sequence[Any]:
    if isinstance(column, Column):
        return column.take(rows)
    return [column[row] for row in rows.tolist()]


def joined(made: type[Row], tables: Iterable[Table[Row]]) -> Table[Row]:
    """The rows of several tables, one after the other."""
    filled = [table for table in tables if table.rows]
    if len(filled) == 1:
        return filled[0]
    columns = {name: _end_to_end([t.columns[name] for t in filled]) for name in made._fields}
    return Table(made, columns, sum(table.rows for table in filled))


def _end_to_end(columns: Sequence[Sequence[Any]]) -> Sequence[Any]:
    coded = [column for column in columns if isinstance(column, Column)]
    if len(coded) < len(columns) or not columns:
        return [value for column in columns for value in column]
    starts = np.cumsum([0, *(len(column.values) for column in coded)]).tolist()
    codes = [column.codes + start for column, start in zip(coded, starts, strict=False)]
    return Column([v for column in coded for v in column.values], np.concatenate(codes))
