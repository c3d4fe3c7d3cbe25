"""Which rows of a sheet are households: not titles, totals, signatures or a second header."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.households.sheets.cells import Cell, is_blank, text_of
from app.households.sheets.headers import Columns, Field, columns_of, has_second_row
from app.kernel.vietnamese import fold

# A total is made of these words only: "Tống Thị Mơ" folds to "tong" too, and is a person.
_TOTAL_WORDS = frozenset(
    "tong cong so ho khau nguoi lai toan phuong xa to dan pho tdp thon danh sach nay co la gom"  # noqa: SIM905 - a list of words reads as words.
    " total subtotal grand sum".split()
)
_TOTAL_STARTS = ("tong", "cong", "total", "subtotal", "grand")
_GROUP_TITLE = re.compile(
    r"^(to dan pho|tdp|to|khu pho|khu dan cu|thon|ap|khom|ban|buon)\b.{0,40}$"
)
FEWEST_FILLED = 3
LONGEST_TITLE = 3


_BIRTHS = {Field.BIRTH, Field.BIRTH_MALE, Field.BIRTH_FEMALE}


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A household's row: its number in the spreadsheet from 1, its cells by field, the columns."""

    row: int
    cells: Mapping[Field, Cell]
    group_title: str | None
    columns: Columns


def households_in(rows: Sequence[Sequence[Cell]]) -> Iterator[FoundRow]:
    """The rows that are households, with the group title that stands above them, if any."""
    columns: Columns | None = None
    title: str | None = None
    skip = False
    for y, row in enumerate(rows):
        if skip:
            skip = False
            continue
        below = rows[y + 1] if y + 1 < len(rows) else ()
        if (header := columns_of(row, below)) is not None:
            columns, skip = header, has_second_row(row, below)
            continue
        if columns is None:
            continue
        if (group := _group_title(row)) is not None:
            title = group
            continue
        cells = {field: row[x] for x, field in columns.items() if x < len(row)}
        if _is_household(cells, columns):
            yield FoundRow(y + 1, cells, title, columns)


def has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether any row of the sheet names the columns of a household list."""
    return any(
        columns_of(row, rows[y + 1] if y + 1 < len(rows) else ()) is not None
        for y, row in enumerate(rows)
    )


def _is_household(cells: Mapping[Field, Cell], columns: Columns) -> bool:
    """Enough is written in the known columns, and it is no total."""
    filled = [f for f, cell in cells.items() if f is not Field.NUMBER and not is_blank(cell)]
    if not filled or _is_total(cells):
        return False
    known = len([f for f in columns.values() if f is not Field.NUMBER])
    if len(filled) >= min(FEWEST_FILLED, known):
        return True
    # A name beside a birth is a person, and a numbered row with a name is meant, however little
    # they say: the class may stand in one cell merged over several rows.
    if Field.NAME in filled and _BIRTHS & set(filled):
        return True
    numbered = not is_blank(cells.get(Field.NUMBER)) and _is_number(cells.get(Field.NUMBER))
    return numbered and Field.NAME in filled


def _is_number(cell: Cell) -> bool:
    return text_of(cell).isdecimal()


def _is_total(cells: Mapping[Field, Cell]) -> bool:
    """Whether the first words of the row say "total", and nothing but such words."""
    for field in (Field.NUMBER, Field.NAME, Field.OWN_CODE):
        words = re.sub(r"[^\w ]+", " ", fold(text_of(cells.get(field)))).split()
        if not words or words[0].isdecimal():
            continue
        return words[0] in _TOTAL_STARTS and all(w in _TOTAL_WORDS or w.isdecimal() for w in words)
    return False


def _group_title(row: Sequence[Cell]) -> str | None:
    """The group that a row of its own names: "Tổ dân phố số 5", alone or with its number."""
    filled = [text_of(cell) for cell in row if not is_blank(cell)]
    if not filled or len(filled) >= LONGEST_TITLE:
        return None
    words = filled[-1]
    return words if _GROUP_TITLE.match(fold(words).strip(" :.-")) else None
