"""Lists that other wards might keep: other words, other places, other shapes."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from app.households.sheets import FileRefused, SheetRows, judge, read_list
from app.households.sheets.marked import Marks, marked_workbook
from app.households.sheets.workbook import read_sheets

MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)
TODAY = date(2026, 11, 23)


def _workbook(*sheets):
    """An .xlsx of (name, rows, hidden) sheets."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows, hidden in sheets:
        page = book.add_worksheet(name)
        if hidden:
            page.hide()
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(y, x, cell, day)
                elif cell is not None:
                    page.write(y, x, cell)
    book.close()
    return out.getvalue()


def _rows(*rows, name="list.xlsx"):
    return read_list(_workbook(("Sheet1", rows, False)), name, TODAY)


def test_columns_are_known_in_any_order_and_by_other_words():
    rows = _rows(
        ["SĐT", "Phân loại", "Tổ", "Năm sinh", "Họ tên người đại diện", "Căn cước"],
        ["0912345678", "Cận nghèo", "Tổ 5", "12-03-1950", "Bà Lò Thị Mận", "001150000001"],
    )

    draft = rows[0].draft

    assert (draft.name, draft.phone, draft.group) == ("Lò Thị Mận", "+84912345678", "Tổ 5")
    assert (draft.standings, draft.born_on) == (("near-poor",), date(1950, 3, 12))
    assert rows[0].verdict == "ok"


def test_a_header_far_down_and_a_second_header_are_both_found():
    rows = _rows(
        *[["UBND XÃ"]] * 6,
        ["STT", "Họ và tên chủ hộ", "Diện hộ"],
        [1, "Mai Văn Sáng", "Hộ nghèo"],
        ["STT", "Diện hộ", "Họ và tên chủ hộ"],
        [2, "Khó khăn", "Mai Văn Tối"],
    )

    assert [(r.row, r.draft.name) for r in rows] == [(8, "Mai Văn Sáng"), (10, "Mai Văn Tối")]


def test_one_sheet_a_group_and_a_hidden_sheet_that_is_left_alone():
    header = ["Họ tên chủ hộ", "Diện"]
    body = _workbook(
        ("Tổ 1", [header, ["Hoàng Văn Một", "poor"]], False),
        ("Tổ 2", [header, ["Hoàng Văn Hai", "Nghèo"]], False),
        ("Nháp", [header, ["Hoàng Văn Nháp", "Nghèo"]], True),
    )

    rows = read_list(body, "x.xlsx", TODAY)

    assert [(r.sheet, r.draft.name) for r in rows] == [
        ("Tổ 1", "Hoàng Văn Một"),
        ("Tổ 2", "Hoàng Văn Hai"),
    ]


def test_group_titles_totals_and_signatures_are_no_households():
    rows = _rows(
        ["STT", "Họ và tên", "Năm sinh", "Diện hộ"],
        ["Tổ dân phố số 7"],
        [1, "Tống Thị Cộng", 1950, "Hộ nghèo"],
        ["", "Cộng tổ 7: 1 hộ", "", ""],
        ["", "TỔNG CỘNG", "", 1],
        ["", "Người lập biểu", "", "Chủ tịch"],
    )

    assert [(r.draft.name, r.draft.group) for r in rows] == [("Tống Thị Cộng", "Tổ dân phố số 7")]


def test_years_of_men_and_women_in_two_columns_give_sex_and_year():
    rows = _rows(
        ["TT", "Họ và tên", "Năm sinh", "", "Diện hộ"],
        ["", "", "Nam", "Nữ", ""],
        [1, "Vi Văn Nam", 1961, None, "Khó khăn"],
        [2, "Vi Thị Nữ", None, "1959", "Khó khăn"],
    )

    assert [(r.draft.sex, r.draft.birth_year) for r in rows] == [("male", 1961), ("female", 1959)]


def test_a_csv_with_semicolons_is_read():
    body = "﻿Họ tên;Ngày sinh;Điện thoại\nĐinh Văn Tép;1/2/1948;0912345678\n".encode()

    rows = read_list(body, "ds.csv", TODAY)

    assert rows[0].draft.born_on == date(1948, 2, 1)


def test_an_old_font_is_named_as_the_cause():
    rows = _rows(["Họ tên", "Diện hộ"], ["NguyÔn V¨n H¶i", "Hộ nghèo"])

    assert rows[0].verdict == "error"
    assert rows[0].reasons[0].code == "text-old-font"


def test_numbers_typed_as_numbers_keep_their_zeros_with_a_warning():
    rows = _rows(
        ["Họ tên", "CCCD", "SĐT", "Nhân khẩu"],
        ["Lục Văn Chín", 1050000009, 912345678, "4 người"],
    )

    assert rows[0].draft.citizen_number == "001050000009"
    assert rows[0].draft.phone == "+84912345678"
    assert {r.code for r in rows[0].reasons} == {
        "citizen-lost-zeros",
        "phone-lost-zero",
        "size-with-words",
    }


@pytest.mark.parametrize(
    ("body", "name", "code"),
    [
        (b"", "x.xlsx", "file-empty"),
        (b"PK\x03\x04 broken", "x.xlsx", "file-corrupt"),
        (b"%PDF-1.7", "x.xlsx", "file-not-a-spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no", "x.xls", "file-corrupt"),
        (b"H\xe4 t\xaan", "x.csv", "text-old-encoding"),
        (b"x" * (10 * 1024 * 1024 + 1), "x.csv", "file-too-large"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_one_code(body, name, code):
    with pytest.raises(FileRefused) as refused:
        read_list(body, name, TODAY)

    assert refused.value.code == code


def test_a_tiny_file_with_a_far_cell_never_reaches_the_parser():
    body = _workbook(("S", [["Họ tên", "Diện"]], False))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                data = data.replace(b'r="B1"', b'r="XFD1048576"')
            new.writestr(part, data)

    with pytest.raises(FileRefused, match="sheet-too-large"):
        read_list(out.getvalue(), "x.xlsx", TODAY)


def test_a_list_without_a_header_or_without_rows_is_refused():
    with pytest.raises(FileRefused, match="no-header"):
        judge([SheetRows("a", [["một", "hai"]])], TODAY)
    with pytest.raises(FileRefused, match="no-households"):
        judge([SheetRows("a", [["Họ tên", "Diện"]])], TODAY)


def test_a_list_of_people_takes_the_heads_and_says_why_not_the_others():
    rows = _rows(
        ["STT", "Họ và tên", "Quan hệ với chủ hộ", "Năm sinh"],
        [1, "Lò Văn Chủ", "Chủ hộ", "1960"],
        [2, "Lò Thị Con", "Con của chủ hộ", "1990"],
    )

    assert [r.verdict for r in rows] == ["warning", "error"]
    assert rows[1].reasons[-1].code == "row-is-member"


def test_an_open_document_sheet_is_read():
    cells = "".join(
        f"<table:table-row>{''.join(_ods_cell(c) for c in row)}</table:table-row>"
        for row in (["Họ tên", "Diện"], ["Lù Thị Mở", "Cận nghèo"])
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Tổ 9">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)

    rows = read_list(out.getvalue(), "ds.ods", TODAY)

    assert (rows[0].sheet, rows[0].draft.name) == ("Tổ 9", "Lù Thị Mở")


def _ods_cell(words):
    return (
        f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'
    )


def test_the_list_goes_back_with_its_faults_in_words_and_colour():
    body = _workbook(
        ("Tổ 1", [["Họ tên", "Năm sinh"], ["Lê Một", "2090"], ["Lê Hai", 1950]], False)
    )
    sheets = read_sheets(body, "x.xlsx")
    judged = {
        (r.sheet, r.row): (r.verdict.value, [{"code": reason.code} for reason in r.reasons])
        for r in judge(sheets, TODAY)
    }

    marks = marked_workbook(sheets, Marks(judged, lambda reason: str(reason["code"]), "Lỗi"))

    again = read_sheets(marks, "x.xlsx")[0]
    assert [row[-1] for row in again.rows] == ["Lỗi", "birth-in-future", "birth-year-only"]
    with zipfile.ZipFile(io.BytesIO(marks)) as archive:
        assert b"F6C9C2" in archive.read("xl/styles.xml")


def test_what_looks_like_a_formula_comes_back_as_text():
    sheets = [SheetRows("[a]", [["Họ tên", "Diện"], ["=HYPERLINK(1)", "Nghèo"]])]

    marks = marked_workbook(sheets, Marks({}, str, "Lỗi"))

    with zipfile.ZipFile(io.BytesIO(marks)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
