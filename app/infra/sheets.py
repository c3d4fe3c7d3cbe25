"""Writing spreadsheets that open as they were meant: text as text, no cell a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlsxwriter

# A cell that starts so is run by spreadsheets; blanks and invisible signs before it do not help.
FORMULA_STARTS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")
WIDEST = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to write: its facts on top (who, when, which filter), headers, rows.

    Cells are text, whole numbers or None; numbers keep their value, so that sums work.
    """

    name: str
    facts: Sequence[tuple[str, str]]
    headers: Sequence[str]
    rows: Sequence[Sequence[str | int | None]]


def defused(text: str) -> str:
    """`text` with a mark before it if a spreadsheet would run it as a formula."""
    bare = "".join(c for c in text if unicodedata.category(c)[0] not in "CZ")
    return (
        "'" + text if bare.startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text
    )


def as_csv(sheet: Sheet) -> bytes:
    """The table as CSV in UTF-8 with the mark that Excel expects; facts are left out."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([defused(h) for h in sheet.headers])
    writer.writerows([[_plain(cell) for cell in row] for row in sheet.rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: str | int | None) -> str | int:
    if cell is None:
        return ""
    return defused(cell) if isinstance(cell, str) else cell


def as_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """The tables as one workbook: first a cover with the facts, then a sheet each."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    number = book.add_format({"num_format": "#,##0"})
    tables = list(sheets)
    cover = book.add_worksheet("Thông tin")
    cover.set_column(0, 1, WIDEST / 2)
    for y, (name, value) in enumerate(fact for table in tables[:1] for fact in table.facts):
        cover.write_string(y, 0, name, bold)
        cover.write_string(y, 1, value)
    for table in tables:
        _write(book.add_worksheet(table.name[:31]), table, bold, number)
    book.close()
    return out.getvalue()


def _write(
    page: "xlsxwriter.worksheet.Worksheet", table: Sheet, bold: object, number: object
) -> None:
    for x, header in enumerate(table.headers):
        page.write_string(0, x, header, bold)
        longest = max([len(header), *(len(str(row[x] or "")) for row in table.rows)])
        page.set_column(x, x, min(longest + 2, WIDEST))
    for y, row in enumerate(table.rows, start=1):
        for x, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(y, x, cell)
            elif cell is not None:
                page.write_number(y, x, cell, number)
    page.freeze_panes(1, 0)
    if table.rows:
        page.autofilter(0, 0, len(table.rows), max(0, len(table.headers) - 1))
