"""Columns of whole numbers: the one data type of the solver, and how equal rows are numbered."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
LARGEST_KEY = 2**62


def number_rows(columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Number equal rows alike, in the sorted order of the columns.

    Returns the first row of each number, and each row's number. Cost O(rows log rows).
    """
    key = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        code, width = _dense(column)
        if size * width > LARGEST_KEY:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            size = len(key)
        if size * width > LARGEST_KEY:
            code = np.unique(column, return_inverse=True)[1].astype(np.int64)
            width = len(code)
        key = key * width + code
        size *= width
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return first.astype(np.int64), number.astype(np.int64)


def _dense(column: Ints) -> tuple[Ints, int]:
    """The column moved to 0 and up, and its width."""
    if not len(column):
        return column, 1
    least = int(column.min())
    return column - least, int(column.max()) - least + 1


def number_bits(rows: NDArray[np.uint8]) -> tuple[Ints, Ints]:
    """As number_rows(), for rows of packed bits."""
    if rows.shape[1] == 0:
        none = np.zeros(len(rows), dtype=np.int64)
        return none[:1], none
    whole = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).ravel()
    _, first, number = np.unique(whole, return_index=True, return_inverse=True)
    return first.astype(np.int64), number.astype(np.int64)


def total_by(number: Ints, weight: Ints, size: int) -> Ints:
    """The weight of each number 0..size-1, exactly."""
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, number, weight)
    return total


def parts_of(counts: Ints) -> tuple[Ints, Ints]:
    """Rows that fall into `counts` parts each: every part's row, and its place in the row."""
    row = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    start = np.cumsum(counts) - counts
    return row, np.arange(len(row), dtype=np.int64) - start[row]


def filled(units: Ints, room: Ints, group: Ints) -> Ints:
    """Share out each group's units over its parts in order, each up to its room.

    group: of each part, sorted. units: of each group.
    """
    before = np.cumsum(room) - room
    first = np.searchsorted(group, group, side="left")
    used: Ints = np.clip(units[group] - (before - before[first]), 0, room)
    return used
