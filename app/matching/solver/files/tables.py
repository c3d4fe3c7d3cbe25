"""Reading one CSV of whole numbers, and saying where it is malformed."""

import csv
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.matching.solver.columns import Bools, Ints

LARGEST = 2**63 - 1


class FileFault(ValueError):
    """A file that cannot be meant; the message is a sentence naming file, line and cause."""

    def __init__(self, file: str, line: int | None, cause: str) -> None:
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {cause}.")
        self.file = file
        self.line = line
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of one file. Row i stands in line i + 2."""

    file: str
    columns: Mapping[str, Ints]

    def __getitem__(self, name: str) -> Ints:
        return self.columns[name]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def refuse(self, wrong: Bools, column: str, cause: str) -> None:
        """Raise FileFault for the first row that is wrong, if there is one."""
        rows = np.flatnonzero(wrong)
        if len(rows):
            row = int(rows[0])
            value = int(self[column][row])
            raise FileFault(self.file, row + 2, f"{column} is {value}, {cause}")

    def refuse_twice(self, column: str) -> None:
        """Raise FileFault if a value occurs twice."""
        _, first = np.unique(self[column], return_index=True)
        again = np.ones(len(self), dtype=np.bool_)
        again[first] = False
        self.refuse(again, column, "which occurs in an earlier line already")


def read_table(folder: Path, file: str, columns: Sequence[str]) -> Table:
    """The named columns of a CSV. Raises FileFault for anything but whole numbers under them."""
    try:
        text = (folder / file).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileFault(file, None, "the file is missing") from None
    except (OSError, UnicodeDecodeError) as cause:
        raise FileFault(file, None, f"the file cannot be read ({cause})") from cause
    lines = text.splitlines()
    header = [name.strip() for name in lines[0].split(",")] if lines else []
    missing = [name for name in columns if name not in header]
    if missing:
        raise FileFault(file, 1, f"the column {missing[0]} is missing")
    if len(set(header)) < len(header):
        raise FileFault(file, 1, "a column occurs twice")
    values = _numbers(file, lines[1:], header)
    return Table(
        file, {name: np.ascontiguousarray(values[:, header.index(name)]) for name in columns}
    )


def _numbers(file: str, lines: Sequence[str], header: Sequence[str]) -> Ints:
    """All values at once; only a file with a fault is read again, line by line."""
    if not lines:
        return np.zeros((0, len(header)), dtype=np.int64)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            values = np.loadtxt(lines, delimiter=",", dtype=np.int64, ndmin=2, comments=None)
    except (ValueError, OverflowError, Warning):
        values = np.zeros((0, 0), dtype=np.int64)
    if values.shape != (len(lines), len(header)):
        raise _first_fault(file, lines, header)
    return values


def _first_fault(file: str, lines: Sequence[str], header: Sequence[str]) -> FileFault:
    for number, row in enumerate(csv.reader(lines), start=2):
        if len(row) != len(header):
            cause = f"there are {len(row)} values, not {len(header)}"
            return FileFault(file, number, cause if row else "the line is empty")
        for name, value in zip(header, row, strict=True):
            if not _is_whole(value):
                return FileFault(file, number, f"{name} is {value!r}, not a whole number")
    return FileFault(file, None, "the file is not a table of whole numbers")


def _is_whole(value: str) -> bool:
    try:
        return abs(int(value)) <= LARGEST and "_" not in value
    except ValueError:
        return False
