"""The stations of the line, each walked by those whose work it is; wherever they may be pressed."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from app.kernel.clock import today
from tests.harness.walking import KeyboardWalker, Walker

RUN_MS = 60_000
PASSWORD = "mot cau ngan de nho"


@dataclass
class Walk:
    """One walk of the line: how it is looked at, who takes part, and what came of it so far."""

    browser: Browser
    home: str
    how: dict[str, Any]
    by_keyboard: frozenset[str] = frozenset()
    people: dict[str, Walker] = field(default_factory=dict)
    household: str = ""
    need: str = ""
    need_code: str = ""
    pledge: str = ""
    pledge_code: str = ""
    day: str = ""

    def visitor(self, key: str) -> Walker:
        """Somebody who has not signed in."""
        kind = KeyboardWalker if key in self.by_keyboard else Walker
        self.people[key] = kind(self.browser, self.home, **self.how)
        return self.people[key]

    def person(self, key: str) -> Walker:
        """One of the demo's people, who signs in by typing when first needed."""
        return self.people.get(key) or self.visitor(key).sign_in(key)

    @property
    def found(self) -> dict[str, list[str]]:
        """What was wrong with any page that anybody met."""
        return {f"{k} {p}": why for k, w in self.people.items() for p, why in w.found.items()}

    def end(self) -> None:
        """Close all browsers."""
        for walker in self.people.values():
            walker.page.context.close()


def enter_list(walk: Walk, path: Path) -> tuple[dict[str, int], bytes]:
    """An officer uploads the ward's list, reads the verdicts, and enters the good rows.

    Returns the page's own counts by verdict, and the workbook marked red.
    """
    officer = walk.person("canbo")
    officer.go("/households")
    officer.press("Nhập từ bảng tính")
    officer.page.locator("main input[type=file]").set_input_files(path)
    officer.press("Tải lên và kiểm tra")
    _await_result(officer)
    tabs = officer.page.locator("main a[href*='verdict=']").all()
    counts = {}
    for tab in tabs:
        address, words = tab.get_attribute("href") or "", tab.inner_text().split()
        counts[address.partition("verdict=")[2]] = int(words[-1])
    marked = officer.page.request.get(officer.page.url + "/marked").body()
    officer.press(officer.link_to(f"{officer.path}?verdict=error"))
    officer.page.go_back()
    officer.press_sure("Ghi các dòng tốt vào sổ")
    _await_result(officer)
    return counts, marked


def _await_result(walker: Walker) -> None:
    """Wait for a job as a person does: the page follows it, or one looks again."""
    if walker.scripts:
        walker.press("Xem kết quả")
        return
    while walker.page.locator("main .nc-progress").count():
        walker.page.wait_for_timeout(300)
        walker.page.reload()
    walker.look()


def _await_run(walker: Walker) -> None:
    """Wait for a run: with scripts its page becomes the result by itself."""
    if not walker.scripts:
        _await_result(walker)
        return
    walker.page.locator("main .nc-progress").first.wait_for(state="detached", timeout=RUN_MS)
    # The page that says so is loaded anew: let that end, lest one looks at what goes away.
    walker.page.wait_for_timeout(1000)
    walker.page.wait_for_load_state("load")
    walker.look()


def vouch(walk: Walk, name: str) -> None:
    """One officer verifies a household's standing, and a leader approves it."""
    officer, verifier = walk.person("canbo"), walk.person("xacminh")
    for walker in (officer, verifier):
        walker.go("/households")
        if not walker.page.locator("main [name=q]").is_visible():
            walker.page.locator("main details summary").first.click()
        walker.write("q", name)
        walker.press(walker.page.locator("main form[method=get] button[type=submit]").first)
        walker.press(walker.page.locator("main table a", has_text=name).first)
    walk.household = verifier.path
    verifier.press(verifier.link_to(f"{walk.household}?part=standings"))
    verifier.press(verifier.link_to("/households/standings/"))
    standing = verifier.path
    verifier.tick(verifier.page.locator("main [name=no_kin]"))
    verifier.press("Xác minh là đúng")
    leader = walk.person("lanhdao")
    leader.go("/desk")
    leader.press("Hoàn cảnh chờ duyệt")
    leader.press(leader.link_to(standing))
    leader.press("Duyệt")


def open_need(walk: Walk) -> None:
    """The household agrees to a card, and its need is written, verified, approved and posted."""
    officer = walk.person("canbo")
    officer.press(officer.link_to(f"{walk.household}?part=consents"))
    officer.page.locator("main details:has([name=purpose]) summary").click()
    officer.page.locator("main [name=purpose]").select_option(index=1)
    officer.tick(officer.page.locator("main [name=answer]").first)
    officer.tick(officer.page.locator("main [name=method]").first)
    officer.press(officer.page.locator("main form[action$='/consents'] button").first)
    officer.press("Thêm nhu cầu")
    officer.press(officer.page.locator("main a[href$='kind=qua_tet']"))
    for box in officer.page.locator("main [name=evidence]").all():
        officer.tick(box)
    officer.press("Lưu và gửi xác minh")
    walk.need = officer.path
    walk.need_code = officer.page.locator("h1").inner_text().partition(":")[0]
    for key, queue, words in (
        ("xacminh", "Nhu cầu chờ xác minh", "Xác minh đúng"),
        ("lanhdao", "Nhu cầu chờ duyệt", "Duyệt"),
    ):
        walker = walk.person(key)
        walker.go("/desk")
        walker.press(queue)
        walker.press(walker.link_to(walk.need))
        walker.press(words)


def make_pledge(walk: Walk, name: str, *, business: bool) -> None:
    """A donor reads the card, signs up, answers the wizard's questions and gets a code."""
    donor = walk.visitor("donor")
    donor.go("/board")
    donor.press(donor.link_to(f"/board/{walk.need_code}"))
    donor.go("/donors/sign-up")
    donor.tick(donor.page.locator("main [name=kind]").nth(int(business)))
    donor.write("name", name)
    if business:
        donor.write("tax_code", "0100109106")
    donor.write("email", f"{walk.need_code.lower()}@nhipcau.example")
    donor.write("password", PASSWORD)
    donor.press("Đăng ký")
    donor.press("Cam kết mới")
    donor.tick(donor.page.locator("main [value=qua_tet]"))
    donor.press("Tiếp tục")
    donor.write("units", "1")
    donor.press("Tiếp tục")
    donor.press("Tiếp tục")
    donor.press("Xem lại cam kết")
    donor.press("Gửi cam kết")
    walk.pledge = donor.path.removesuffix("/sent")
    found = re.search(r"CK-\w{6}", donor.page.locator("h1").inner_text())
    walk.pledge_code = found.group() if found else ""


def take_in(walk: Walk) -> None:
    """An officer says yes to the pledge, and books what came in."""
    officer = walk.person("canbo")
    officer.go("/desk")
    officer.press("Cam kết chờ nhận lời")
    officer.press("Nhận lời")
    officer.press("Nhận vào kho")
    officer.press("Nhận và lập biên nhận")


def match(walk: Walk) -> str:
    """An officer asks for a run; a leader reads the reason and accepts. Returns the reason."""
    officer, leader = walk.person("canbo"), walk.person("lanhdao")
    officer.go("/runs")
    officer.press("Ghép nối ngay")
    _await_run(officer)
    leader.go("/desk")
    leader.press("Đề xuất ghép nối chờ quyết định")
    leader.press(leader.link_to("/proposals/"))
    reason = leader.text
    leader.press("Duyệt đề xuất")
    return reason


def hand_over(walk: Walk) -> bytes:
    """A day is planned, invited to, printed, held and confirmed. Returns the printed list."""
    officer = walk.person("canbo")
    officer.go("/desk")
    officer.press("Phần quà chờ mời hộ đến nhận")
    officer.press("Lập buổi trao")
    tomorrow = today() + timedelta(days=1)
    day = {"title": f"Buổi trao {walk.need_code}", "place": "Nhà văn hoá", "on": f"{tomorrow}"}
    for name, words in (day | {"starts": "08:00", "ends": "17:00"}).items():
        officer.write(name, words)
    officer.press("Lưu")
    officer.press("Mời các hộ đã chọn")
    walk.day = officer.path
    printed = officer.control("In danh sách ký nhận").get_attribute("href")
    paper = officer.page.request.get(f"{walk.home}{printed}").body()
    officer.press("Bắt đầu buổi trao")
    helper = walk.person("tinhnguyen")
    helper.go("/desk")
    helper.press("Mở buổi trao")
    helper.press(helper.link_to(walk.day))
    helper.press("Trao quà")
    helper.press(helper.link_to(f"{walk.day}/check-in/"))
    helper.press("Đã trao")
    officer.go(walk.day)
    officer.press_sure("Kết thúc buổi trao")
    leader = walk.person("lanhdao")
    leader.go("/desk")
    leader.press("Lần trao chờ xác nhận")
    leader.press("Xác nhận các phần đã chọn")
    return paper
