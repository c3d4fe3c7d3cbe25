"""Needs, the board and the ward's own lists in a real browser: on a phone, without scripts too."""

import os
from pathlib import Path

import pytest

from app.accounts import access
from app.accounts.actions import start_session
from app.kernel.clock import now
from app.needs.models import Need, NeedCard
from app.programmes.actions import load_programmes
from app.programmes.models import Programme
from tests.harness.chromium import findings, keep_screenshot


@pytest.fixture
def scene(session, database, cast, make_home, make_need, make_group):
    """A ward with needs at every step, cards on the board, a programme and a group."""
    load_programmes(session, 2027)
    homes = [make_home("poor", agrees=True, name=f"Trần Thị {c}") for c in "BCDEG"]
    story = "Sống một mình, hàng xóm giúp cơm nước hằng ngày."
    chair = make_need(home=homes[0], kind_code="xe_lan", urgency=3, story=story)
    make_need(home=homes[1], story="Mái nhà dột khi mưa lớn, đồ đạc phải kê cao.")
    waiting = make_need("submitted", home=homes[2], kind_code="the_bhyt")
    verified = make_need("verified", home=homes[3], kind_code="nhu_yeu_pham", units=3)
    draft = make_need("draft", home=homes[4], story="Bà Tím ở ngõ 5, gọi 0912 345 678")
    group = make_group(number=13)
    tokens = {
        who: start_session(session, actor.account_id, "x", now=now())
        for who, actor in {"minh": cast.minh, "tam": cast.tam}.items()
    }
    ids = {
        "card": session.get_one(NeedCard, chair).code,
        "home": homes[0],
        "chair": chair,
        "waiting": waiting,
        "verified": verified,
        "draft": draft,
        "group": group.id,
        "tet": session.query(Programme).filter_by(code="tet-2027").one().id,
    }
    session.commit()
    return tokens, ids


def _signed_in(page, app, token):
    name = access.session_cookie_name(app.config["NC"])
    page.context.add_cookies([{"name": name, "value": token, "url": _at(page, "/")}])


PAGES = [
    ("", "/"),
    ("", "/board"),
    ("", "/board?search=khong-co"),
    ("", "/board/{card}"),
    ("", "/help"),
    ("minh", "/needs"),
    ("minh", "/needs?state=submitted&urgency=1"),
    ("tam", "/needs?state=verified"),
    ("tam", "/needs/{verified}"),
    ("minh", "/needs/{chair}"),
    ("minh", "/needs/{draft}"),
    ("minh", "/needs/{draft}/edit"),
    ("minh", "/households/{home}/needs/new"),
    ("minh", "/households/{home}/needs/new?kind=xe_lan"),
    ("minh", "/catalogue/"),
    ("minh", "/catalogue/xe_lan"),
    ("minh", "/programmes/"),
    ("minh", "/programmes/{tet}"),
    ("minh", "/programmes/new"),
    ("minh", "/places/groups"),
    ("minh", "/places/groups/{group}"),
]


def test_every_page_is_sound_on_a_phone(app, scene, visit):
    tokens, ids = scene
    faults = {}
    page = visit("/help")
    for who, path in PAGES:
        page.context.clear_cookies()
        if who:
            _signed_in(page, app, tokens[who])
        page.goto(_at(page, path.format(**ids)), wait_until="networkidle")
        if folder := os.environ.get("SCREENSHOTS"):
            keep_screenshot(page, Path(folder), f"{who or 'public'}{path.replace('/', '-')[:40]}")
        if found := findings(page):
            faults[path] = found

    assert faults == {}


def _at(page, path):
    return "/".join(page.url.split("/")[:3]) + path


@pytest.mark.parametrize("scripts", [True, False])
def test_a_visitor_finds_a_need_with_and_without_scripts(scene, visit, scripts):
    page = visit("/board", scripts=scripts)

    page.locator("details.nc-filters summary").click()
    page.get_by_label("Phường, xã hoặc mã phiếu").fill("phuong a")
    page.get_by_role("button", name="Tìm", exact=True).press("Enter")
    page.get_by_role("link", name="Xe lăn").first.press("Enter")

    page.wait_for_url("**/board/NC-*")
    assert page.get_by_text("Đã xác minh bởi UBND Phường A").count() == 1
    assert page.get_by_role("link", name="Cam kết giúp").count() == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_an_approver_approves_by_keyboard(app, scene, visit, session, scripts):
    tokens, ids = scene
    page = visit("/help", scripts=scripts)
    _signed_in(page, app, tokens["tam"])
    page.goto(_at(page, "/needs?state=verified"))

    page.get_by_role("checkbox").first.press("Space")
    page.get_by_role("button", name="Duyệt các nhu cầu đã chọn").press("Enter")

    page.wait_for_url("**/needs?state=verified")
    assert page.get_by_text("Đã xử lý 1 nhu cầu.").count() == 1
    session.expire_all()
    assert session.get_one(Need, ids["verified"]).state == "approved"
