"""The papers of a day: every Vietnamese letter in one family of fonts, and nothing too much."""

import re
import zlib
from datetime import UTC, date, datetime, timedelta

import pytest

from app.handovers.papers import PaperHead, signed_list, slips
from app.handovers.queries import DayRow, Guest, ListRow, Parcel
from app.handovers.rules import AppointmentState, DayState

LETTERS = (
    "aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệghiíìỉĩịklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvxyýỳỷỹỵ"
)
START = datetime(2026, 11, 28, 1, tzinfo=UTC)
HEAD = PaperHead("UBND phường A", "Phường A", "https://nhipcau.example", date(2026, 11, 28))


@pytest.fixture
def day():
    end = START + timedelta(hours=3)
    return DayRow(
        "d1", "BT-AAAAAA", "00364", "Quà Tết", "Nhà văn hoá", START, end, DayState.OPEN, 1, 1, 0
    )


def row(name="Nguyễn Thị Tím", number=1, **overrides):
    state = overrides.pop("state", AppointmentState.INVITED)
    proxy = overrides.pop("proxy", None)
    parcel = Parcel(
        f"a{number}", f"TR-{number:06d}", state, "Quà Tết", "Tết gift", "suất", "gifts", 1,
        None, 1, proxy, "hàng xóm" if proxy else None,
    )  # fmt: skip
    guest = Guest("Tím", parcel.code, START, (parcel,))
    return ListRow(name, 1950, "Tổ dân phố 12", f"h{number}", f"H-{number:06d}", guest)


def streams_of(pdf):
    """Everything in the file that is compressed, unpacked, as text."""
    found = [pdf.decode("latin-1")]
    for body in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(body).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(found)


def families_of(pdf):
    names = re.findall(r"/(?:BaseFont|FontName)\s*/(?:[A-Z]{6}\+)?(\w+)", streams_of(pdf))
    return {name.partition("-")[0] for name in names}


def letters_of(pdf):
    """What a reader can copy out: the Unicode side of each font's table."""
    text = streams_of(pdf)
    hexes = re.findall(r"<[0-9a-fA-F]{4}>\s*<([0-9a-fA-F]{4,})>", text)
    return {c for h in hexes for c in bytes.fromhex(h).decode("utf-16-be", "ignore")}


def pages_of(pdf):
    return len(re.findall(r"/Type\s*/Page\b", streams_of(pdf)))


def test_a_list_has_every_vietnamese_letter_in_one_family(day):
    name = f"{LETTERS} {LETTERS.upper()}"

    pdf = signed_list(day, [row(name)], HEAD, masked=False)

    assert families_of(pdf) == {"LibertinusSerif"}
    assert set(LETTERS + LETTERS.upper()) <= letters_of(pdf)


def test_slips_have_them_too(day):
    pdf = slips(day, [row(f"{LETTERS} {LETTERS.upper()}")], HEAD)

    assert families_of(pdf) == {"LibertinusSerif"}
    assert set(LETTERS + LETTERS.upper()) <= letters_of(pdf)


def test_a_row_is_high_enough_to_sign(day):
    rows = [row(number=n) for n in range(1, 61)]

    pages = pages_of(signed_list(day, rows, HEAD, masked=False))

    # 210 mm across leaves at most 180 mm a page: sixteen rows of eleven millimetres.
    assert pages >= 4


def test_the_masked_copy_holds_no_family_name(day):
    """J and W stand in no Vietnamese word, so they come from the name or from nowhere."""
    rows = [row("Wrjwr Wij Tím")]

    full = letters_of(signed_list(day, rows, HEAD, masked=False))
    masked = letters_of(signed_list(day, rows, HEAD, masked=True))

    assert {"W", "j"} <= full
    assert "j" not in masked


def test_what_people_typed_is_text_and_never_markup(day):
    odd = '#read("/etc/passwd") *x* $1+1$ \\ <a> "'

    pdf = signed_list(day, [row(odd, proxy="#panic()")], HEAD, masked=False)

    assert pdf.startswith(b"%PDF")


def test_the_same_list_is_the_same_file(day):
    first, second = (signed_list(day, [row()], HEAD, masked=False) for _ in range(2))

    assert first == second
