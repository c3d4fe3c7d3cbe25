"""What we write for spreadsheets opens as text, and nothing in it runs."""

import io

import pytest
from python_calamine import CalamineWorkbook

from app.infra.sheets import Sheet, as_csv, as_xlsx, defused

HOSTILE = ["=1+1", "+1", "-1", "@a", "|x", "%x", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_never_starts_a_formula_in_csv(text):
    assert defused(text).startswith("'")


def test_plain_text_is_left_alone():
    assert defused("Nguyễn Thị Mơ") == "Nguyễn Thị Mơ"


def _sheet():
    return Sheet("Số liệu", [("Từ ngày", "01/10/2026")], ["Loại", "Số"], [["=HACK()", 12]])


def test_csv_has_the_mark_that_spreadsheets_expect():
    assert as_csv(_sheet()).startswith(b"\xef\xbb\xbf")
    assert "'=HACK()" in as_csv(_sheet()).decode()


def test_xlsx_keeps_a_hostile_cell_as_text_and_numbers_as_numbers():
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx([_sheet()])))

    rows = book.get_sheet_by_name("Số liệu").to_python()

    assert rows == [["Loại", "Số"], ["=HACK()", 12.0]]
