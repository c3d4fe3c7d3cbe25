"""The whole line by hand on a real site: web, workers and scheduler as processes of their own.

An empty ward with its staff. A list is entered, a household vouched for, its need opened; a donor
signs up and pledges; goods come in, a match is found, accepted, handed over, told and counted.
Walked in Vietnamese on a phone, in English on a desk with the keyboard, and without scripts.
"""

import csv
import io
import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.harness import stations
from tests.harness.site import site
from tests.harness.stations import Walk
from tests.harness.walking import enter_people

LIST = Path(__file__).parents[1] / "data" / "households" / "ward_list.xlsx"
VERDICTS = {"ok": 255, "warning": 21, "error": 18, "duplicate": 3, "possible_duplicate": 3}


@pytest.fixture(scope="module")
def ward(servers, engine, pristine):
    """The address of a site whose ward has staff and nothing else."""
    enter_people()
    with site(servers, NHIPCAU_ENV="demo") as running:
        yield running.address
    pristine.restore()


@pytest.fixture
def walk_of(browser, ward):
    """Begin a walk; its browsers close when the test ends."""
    walks = []

    def begin(by_keyboard=(), **how):
        walks.append(Walk(browser, ward, how, frozenset(by_keyboard)))
        return walks[-1]

    yield begin
    for walk in walks:
        walk.end()


@pytest.fixture
def short_list(tmp_path):
    """A list of one invented household."""

    def write(name):
        path = tmp_path / "list.csv"
        path.write_text(f"Họ tên,Năm sinh,Diện hộ\n{name},1950,Hộ nghèo\n")
        return path

    return write


@pytest.mark.slow
def test_the_line_is_walked_on_a_phone(walk_of):
    walk = walk_of(width=390, language="vi")

    counts, marked = stations.enter_list(walk, LIST)
    assert counts == VERDICTS
    assert _marked_rows(marked) == 300 - VERDICTS["ok"]
    assert _walked(walk, "Phạm Thị Bình", "Bà Mưa Rào (mẫu)")
    assert _told(walk) == {
        "Cam kết đã được nhận",
        "Cam kết đã ghép với nhu cầu",
        "Phường đã nhận quà ủng hộ",
        "Quà đã trao xong",
    }
    _is_counted_the_same_everywhere(walk)

    assert walk.found == {}


@pytest.mark.slow
def test_the_line_is_walked_at_a_desk_by_keyboard_in_english(walk_of, short_list):
    walk = walk_of(by_keyboard=("lanhdao", "tinhnguyen"), width=1280, language="en")

    counts, _marked = stations.enter_list(walk, short_list("Nguyễn Thị Bàn Phím"))
    assert counts["ok"] + counts["warning"] == 1
    assert _walked(walk, "Nguyễn Thị Bàn Phím", "Công ty Tiếng Anh (mẫu)", business=True)
    _is_counted_the_same_everywhere(walk)

    assert walk.found == {}


@pytest.mark.slow
def test_the_line_is_walked_without_scripts(walk_of, short_list):
    walk = walk_of(width=390, language="vi", scripts=False)

    counts, _marked = stations.enter_list(walk, short_list("Trần Thị Không Mã"))
    assert counts["ok"] + counts["warning"] == 1
    assert _walked(walk, "Trần Thị Không Mã", "Ông Giấy Bút (mẫu)")

    assert walk.found == {}


def _walked(walk, household, donor, *, business=False):
    """From a household in the book to a gift that was confirmed; True, or it fails where it is."""
    stations.vouch(walk, household)
    stations.open_need(walk)
    stations.make_pledge(walk, donor, business=business)
    assert re.fullmatch(r"CK-\w{6}", walk.pledge_code)
    stations.take_in(walk)
    reason = stations.match(walk)
    assert walk.need_code in reason
    assert walk.pledge_code in reason
    assert stations.hand_over(walk).startswith(b"%PDF")
    officer = walk.person("canbo")
    officer.go(walk.need)
    assert officer.says("Đã nhận đủ")
    walk.people["donor"].go(walk.pledge)
    return walk.people["donor"].says("Đã xác nhận")


def _told(walk):
    """What the notices say was told to the donor of this walk's pledge."""
    officer = walk.person("canbo")
    officer.go("/notices/demo")
    officer.go("/notices")
    rows = officer.page.locator("main tbody tr").filter(has_text=walk.pledge_code).all()
    return {row.locator("a").first.inner_text() for row in rows}


def _is_counted_the_same_everywhere(walk):
    """The page's figures stand in its CSV, in its XLSX, and in the rows behind the total."""
    officer = walk.person("canbo")
    officer.go("/reports/")
    shown = {
        row.locator("th").inner_text(): [_figures(c) for c in row.locator("td").all_inner_texts()]
        for row in officer.page.locator("main tbody tr").all()
    }
    written = list(csv.reader(io.StringIO(_book(officer, "csv").decode("utf-8-sig"))))[1:-1]
    book = CalamineWorkbook.from_filelike(io.BytesIO(_book(officer, "xlsx")))
    counted = book.get_sheet_by_index(1).to_python()[1:-1]
    total = officer.page.locator("main a[href*='measure=handed-over']").first
    handed = sum(figures[2][1] for figures in shown.values())
    officer.press(total)
    last = officer.page.locator("main tbody tr td:last-child").all_inner_texts()
    behind = [_figures(words)[0] for words in last]
    assert shown == _by_label(written) == _by_label(counted)
    assert sum(behind) == handed > 0


def _book(officer, ending):
    """The report as a file, as the page's own link gives it."""
    address = officer.page.locator(f"main a[href*='.{ending}']").get_attribute("href")
    return officer.page.request.get(officer.home + address).body()


def _by_label(rows):
    """What a sheet says of each line: units and đồng of each of the three stages."""
    return {
        label: [
            [int(units), int(dong)] for units, dong in zip(cells[::2], cells[1::2], strict=True)
        ]
        for label, *cells in rows
    }


def _figures(words):
    """The numbers in a cell as [units, đồng]: the page has the đồng first and one on a line."""
    return [
        int(re.sub(r"\D", "", line))
        for line in reversed(words.split("\n"))
        if re.search(r"\d", line)
    ]


def _marked_rows(body):
    """How many rows of the marked workbook bear a reason."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    return sum(bool(row[-1]) for row in rows.to_python(skip_empty_area=False)) - 1
