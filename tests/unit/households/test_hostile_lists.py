"""Lists that are broken, dangerous or merely strange: one sentence each, and nothing taken half."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from app.households.sheets import FileRefused, read_list
from app.households.sheets.workbook import read_sheets

TODAY = date(2026, 11, 23)
HEADER = ["Họ và tên chủ hộ", "Năm sinh", "Diện hộ", "CCCD"]
GOOD = ["Lê Văn Một", 1950, "Hộ nghèo", "001150000001"]


def _book(fill, name="Tổ 1"):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fill(book.add_worksheet(name))
    book.close()
    return out.getvalue()


def _written(*rows):
    def fill(page):
        for y, row in enumerate(rows):
            page.write_row(y, 0, row)

    return _book(fill)


def _changed(body, **parts):
    """The workbook with parts added or replaced: a function of the old bytes for one there."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            change = parts.pop(part.filename.rpartition("/")[2].partition(".")[0], None)
            data = old.read(part)
            new.writestr(part.filename, change(data) if change else data)
        for name, data in parts.items():
            new.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def _names(body, name="x.xlsx"):
    return [row.draft.name for row in read_list(body, name, TODAY)]


def test_merged_cells_are_a_title_and_a_row_like_any_other():
    def fill(page):
        page.merge_range(0, 0, 0, 3, "DANH SÁCH HỘ NGHÈO")
        page.write_row(1, 0, HEADER)
        page.merge_range(2, 2, 3, 2, "Hộ nghèo")
        page.write_row(2, 0, GOOD[:2])
        page.write_row(3, 0, ["Lê Văn Hai", 1951])

    assert _names(_book(fill)) == ["Lê Văn Một", "Lê Văn Hai"]


def test_formulas_are_taken_by_what_they_showed():
    def fill(page):
        page.write_row(0, 0, HEADER)
        page.write_formula(1, 0, '="Lê "&"Văn Một"', value="Lê Văn Một")
        page.write_formula(1, 1, "=1900+50", value=1950)
        page.write(1, 2, "Hộ nghèo")

    rows = read_list(_book(fill), "x.xlsx", TODAY)

    assert (rows[0].draft.name, rows[0].draft.birth_year) == ("Lê Văn Một", 1950)


@pytest.mark.parametrize("fault", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?"])
def test_an_error_value_is_no_name_and_no_year(fault):
    def fill(page):
        page.write_row(0, 0, HEADER)
        page.write_formula(1, 0, "=A99", value=fault)
        page.write_row(1, 1, GOOD[1:])
        page.write_row(2, 0, GOOD[:3])
        page.write_formula(2, 3, "=1/0", value=fault)

    rows = read_list(_book(fill), "x.xlsx", TODAY)

    assert [row.verdict for row in rows] == ["error", "warning"]
    assert rows[1].draft.citizen_number is None


@pytest.mark.parametrize("number", ["1E+999", "-1E+999", "1E+30", "NaN"])
def test_a_number_beyond_all_bounds_is_an_error_of_its_row(number):
    body = _written(HEADER, GOOD, ["Lê Văn Hai", 4242, "Hộ nghèo"])

    rows = read_list(
        _changed(body, sheet1=lambda xml: xml.replace(b">4242<", f">{number}<".encode())),
        "x.xlsx",
        TODAY,
    )

    assert [row.draft.name for row in rows] == ["Lê Văn Một", "Lê Văn Hai"]
    assert rows[1].verdict == "error"


def test_a_million_formatted_empty_rows_are_refused_before_they_are_read():
    body = _written(HEADER, GOOD)
    far = b'<row r="1048576" spans="1:4"/></sheetData>'

    with pytest.raises(FileRefused, match="sheet-too-large"):
        _names(_changed(body, sheet1=lambda xml: xml.replace(b"</sheetData>", far)))


def test_a_workbook_with_macros_is_refused_under_any_name():
    body = _changed(_written(HEADER, GOOD), xl__vbaProject_bin=b"")
    body = body.replace(b"vbaProject_bin", b"vbaProject.bin")

    with pytest.raises(FileRefused, match="file-has-macros"):
        _names(body)


def test_a_bomb_is_refused_before_it_is_unpacked():
    zeros = b"\x00" * (101 * 1024 * 1024)

    with pytest.raises(FileRefused, match="file-too-large"):
        _names(_changed(_written(HEADER, GOOD), xl__media=zeros))


def test_an_encrypted_workbook_is_named_so():
    body = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")

    with pytest.raises(FileRefused, match="file-encrypted"):
        _names(body)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_upload_is_refused_whole(share):
    body = _written(HEADER, *[[f"Lê Văn {n}", 1950, "Hộ nghèo"] for n in "ABCDEFGH"])

    with pytest.raises(FileRefused, match="file-corrupt"):
        _names(body[: int(len(body) * share)])


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"<html><table><tr><td>H\xe1\xbb\x8d t\xc3\xaan</td></tr></table></html>", "x.xls"),
        (b"\x89PNG\r\n\x1a\n", "x.xlsx"),
        (b"H\xe1\xbb\x8d t\xc3\xaan\x00,x", "x.csv"),
        (b"\x7fELF", "x.ods"),
    ],
)
def test_what_only_bears_the_name_of_a_list_is_refused(body, name):
    with pytest.raises(FileRefused, match="file-not-a-spreadsheet"):
        _names(body, name)


def test_a_workbook_under_the_name_of_a_csv_is_read_for_what_it_is():
    assert _names(_written(HEADER, GOOD), "danh-sach.csv") == ["Lê Văn Một"]


def test_a_workbook_whose_only_sheet_is_hidden_has_no_header_to_find():
    body = _book(lambda page: (page.write_row(0, 0, HEADER), page.very_hidden()), "A")

    with pytest.raises(FileRefused):
        _names(body)


@pytest.mark.parametrize(
    "name",
    [
        "NguyÔn V¨n H¶i",
        "Nguyeãn Vaên Haûi",
        "Traàn Thò Höông",
        "Leâ Vaên Hoaøng",
        "Nguyeãn Vaên Nam",
    ],
    ids=["TCVN3", "VNI", "VNI 2", "VNI 3", "VNI 4"],
)
def test_text_in_an_old_font_is_named_as_the_cause(name):
    rows = read_list(_written(HEADER, [name, 1950, "Hộ nghèo"]), "x.xlsx", TODAY)

    assert rows[0].verdict == "error"
    assert rows[0].reasons[0].code == "text-old-font"


@pytest.mark.parametrize(
    "name",
    ["Trần Hoài Đức", "Nguyễn Thị Hoà", "Lò Thị Quý", "Đỗ Khuê", "Vũ Hoãn", "Thuở", "Y Bliă Niê",
     "H'Hen Niê", "Ksor Phước", "Lê Thuý Ái"],
)  # fmt: skip
def test_a_name_of_today_is_not_taken_for_an_old_font(name):
    rows = read_list(_written(HEADER, [name, 1950, "Hộ nghèo"]), "x.xlsx", TODAY)

    assert "text-old-font" not in {reason.code for reason in rows[0].reasons}


def test_dates_in_every_shape_of_one_column_are_read_alike():
    shapes = ["12/03/1950", "12-3-1950", "12.03.1950", "1950-03-12", "ngày 12 tháng 3 năm 1950"]
    header = ["Họ và tên", "Ngày sinh", "Diện hộ"]
    body = _written(
        header, *[[f"Lê Văn {x}", s, "Hộ nghèo"] for x, s in zip("ABCDE", shapes, strict=True)]
    )

    rows = read_list(body, "x.xlsx", TODAY)

    assert {row.draft.born_on for row in rows} == {date(1950, 3, 12)}


@pytest.mark.parametrize(
    "words", ["31/02/1950", "29/02/2023", "00/1950", "2569", "01/01/2090", "hôm qua"]
)
def test_a_birth_that_cannot_be_is_an_error_with_its_reason(words):
    rows = read_list(_written(HEADER, ["Lê Văn Một", words, "Hộ nghèo"]), "x.xlsx", TODAY)

    assert rows[0].verdict == "error"
    assert rows[0].reasons


def test_a_row_that_stands_twice_points_at_its_twin():
    rows = read_list(_written(HEADER, GOOD, GOOD), "x.xlsx", TODAY)

    assert [row.verdict for row in rows][1] == "duplicate"
    assert ("row", 2) in rows[1].reasons[-1].facts


def test_a_csv_whose_quote_never_ends_is_one_refusal():
    body = ('Họ tên,Diện\n"Lê Văn Một' + "x" * 200_000).encode()

    with pytest.raises(FileRefused):
        _names(body, "x.csv")


def test_marks_and_control_signs_in_a_name_are_not_stored():
    rows = read_list(
        _written(HEADER, ["Lê\u200b V\u0103n\u202e Một", 1950, "Hộ nghèo"]), "x.xlsx", TODAY
    )

    assert rows[0].draft.name == "Lê Văn Một"


def test_a_shared_string_that_is_missing_is_a_corrupt_file():
    body = _written(HEADER, GOOD)

    with pytest.raises(FileRefused, match="file-"):
        read_sheets(_changed(body, sharedStrings=lambda _xml: b"<sst/>"), "x.xlsx")
