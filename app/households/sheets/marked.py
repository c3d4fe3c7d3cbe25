"""The workbook that goes back: the list as it came, with what is wrong in red and in words."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter

from app.households.sheets.cells import Cell, text_of
from app.households.sheets.headers import Field
from app.households.sheets.rows import FoundRow, has_header, households_in
from app.households.sheets.workbook import SheetRows

# A row's verdict and its reasons, by sheet and row number from 1.
Judged = Mapping[tuple[str, int], tuple[str, Sequence[Mapping[str, object]]]]
Words = Callable[[Mapping[str, object]], str]
LONGEST_SHEET_NAME = 31
_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "name": (Field.NAME,),
    "birth": (Field.BIRTH, Field.BIRTH_MALE, Field.BIRTH_FEMALE),
    "citizen": (Field.CITIZEN,),
    "phone": (Field.PHONE,),
    "standing": (Field.STANDING,),
    "size": (Field.SIZE,),
    "sex": (Field.SEX,),
    "row": (Field.RELATION, Field.NAME),
    "text": (Field.NAME, Field.ADDRESS, Field.NOTE, Field.NEED),
    "twin": (Field.NAME, Field.CITIZEN),
    "entered": (Field.NAME, Field.CITIZEN),
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What is to be marked: the verdicts, a reason as a sentence, the title of their column."""

    judged: Judged
    words: Words
    column_title: str


def marked_workbook(sheets: Sequence[SheetRows], marks: Marks) -> bytes:
    """The list again as .xlsx, cells at fault coloured, with a last column of reasons.

    Red for what keeps a row out, yellow for what is doubtful.
    Every cell is written as text or as a number, so that none becomes a formula.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    formats = {
        "out": book.add_format({"bg_color": "#F6C9C2", "font_color": "#7A1E12"}),
        "doubt": book.add_format({"bg_color": "#FFF1C9", "font_color": "#5C3D00"}),
        "title": book.add_format({"bold": True}),
    }
    for n, sheet in enumerate(sheets, start=1):
        page = book.add_worksheet(f"{n} {_safe_name(sheet.name)}"[:LONGEST_SHEET_NAME])
        _write_sheet(page, sheet, marks, formats)
    book.close()
    return out.getvalue()


def _safe_name(name: str) -> str:
    """A sheet's name without the signs that Excel refuses there."""
    return "".join(" " if c in "[]:*?/\\'" else c for c in name)


def _write_sheet(
    page: "xlsxwriter.worksheet.Worksheet",
    sheet: SheetRows,
    marks: Marks,
    formats: Mapping[str, object],
) -> None:
    found = {f.row: f for f in households_in(sheet.rows)} if has_header(sheet.rows) else {}
    width = max((len(row) for row in sheet.rows), default=0)
    if found:
        page.write_string(max(0, min(found) - 2), width, marks.column_title, formats["title"])
        page.set_column(width, width, 60)
    for y, row in enumerate(sheet.rows):
        verdict, reasons = marks.judged.get((sheet.name, y + 1), ("ok", ()))
        colour = formats["doubt" if verdict == "warning" else "out"]
        at_fault = _columns_at_fault(found.get(y + 1), reasons)
        for x, cell in enumerate(row):
            _write_cell(page, y, x, cell, colour if x in at_fault else None)
        if reasons:
            page.write_string(y, width, " ".join(map(marks.words, reasons)), colour)


def _columns_at_fault(found: FoundRow | None, reasons: Sequence[Mapping[str, object]]) -> set[int]:
    """The columns that the reasons of a row are about."""
    if found is None:
        return set()
    fields = {
        field for reason in reasons for field in _FIELDS.get(str(reason["code"]).split("-")[0], ())
    }
    return {x for x, field in found.columns.items() if field in fields}


def _write_cell(
    page: "xlsxwriter.worksheet.Worksheet", y: int, x: int, cell: Cell, colour: object
) -> None:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        page.write_number(y, x, cell, colour)
    elif isinstance(cell, datetime | date):
        page.write_string(y, x, f"{cell:%d/%m/%Y}", colour)
    elif text := (cell if isinstance(cell, str) else text_of(cell)):
        page.write_string(y, x, text[:32_000], colour)
    elif colour is not None:
        page.write_blank(y, x, None, colour)
