"""A ward's list of plainly invented households as a workbook, as large as asked for."""

import io

import xlsxwriter

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLES = ("Thị", "Văn", "Minh", "Thanh", "Ngọc", "Đức", "Hồng")
# Colours and plants: names that nobody would take for a neighbour's.
GIVEN = ("Tím", "Lam", "Trúc", "Tùng", "Sen", "Cúc", "Mận", "Đào", "Bưởi", "Lúa", "Ngải", "Gừng")
HEADERS = (
    "STT", "Họ và tên chủ hộ", "Năm sinh", "Số CCCD", "Tổ dân phố", "Điện thoại", "Diện hộ",
    "Số nhân khẩu", "Ghi chú",
)  # fmt: skip
KINDS = ("Hộ nghèo", "Hộ cận nghèo", "Khó khăn", "Người cao tuổi")
# One row in so many has a birth year that cannot be; one in so many is an earlier one again.
FAULTY, TWIN = 100, 125


def workbook(households: int) -> bytes:
    """An XLSX of so many rows below three lines of title: 1 % faulty, 0.8 % twice."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("Danh sách hộ")
    page.write_string(0, 0, "DANH SÁCH HỘ CẦN QUAN TÂM, HỖ TRỢ")
    page.write_row(3, 0, HEADERS)
    for number in range(households):
        page.write_row(4 + number, 0, _row(number))
    book.close()
    return out.getvalue()


def _row(number: int) -> tuple[str | int, ...]:
    who = number - TWIN + 1 if number % TWIN == TWIN - 1 else number
    family, middle = FAMILIES[who % len(FAMILIES)], MIDDLES[who // 11 % len(MIDDLES)]
    given = f"{GIVEN[who // 77 % len(GIVEN)]} {GIVEN[who // 924 % len(GIVEN)]}"
    born = 2190 if number % FAULTY == FAULTY - 1 else 1940 + who % 60
    return (
        number + 1, f"{family} {middle} {given}", born, f"0010{who % 60 + 40:02}{who:06}",
        f"TDP số {who % 20 + 1}", f"09{who:08}", KINDS[who % len(KINDS)], who % 7 + 1, "",
    )  # fmt: skip
