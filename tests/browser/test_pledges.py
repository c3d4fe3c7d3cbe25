"""Pledging in a real browser: by keyboard and by finger, and the count that follows the typing."""

import os
from pathlib import Path

import pytest

from app.accounts import access
from app.accounts.actions import start_session
from app.accounts.rules import Role
from app.kernel.clock import now, today
from app.pledges import actions
from app.pledges.rules import LineState
from app.stock.rules import Condition, ReceiptDraft
from tests.harness.chromium import findings, keep_screenshot


@pytest.fixture
def scene(session, database, cast, make_actor, make_donor, make_line):
    """Lan with an offered and an open pledge, of which some came in; Minh at the desk."""
    donor = make_donor()
    lan = make_actor(Role.DONOR, "Lan", donor_id=donor.id)
    opened = make_line(donor=donor)
    make_line(donor=donor, state=LineState.OFFERED)
    draft = ReceiptDraft(4, today(), Condition.NEW)
    receipt_id = actions.take_in(session, cast.minh, opened.id, draft, now=now())
    actions.reserve(session, opened.id, 3, cause="allocation", cause_id="a")
    people = {"lan": lan, "minh": cast.minh}
    tokens = {
        who: start_session(session, actor.account_id, "x", now=now())
        for who, actor in people.items()
    }
    session.commit()
    ids = {"pledge": opened.pledge_id, "line": opened.id, "donor": donor.id, "paper": receipt_id}
    return tokens, ids


def _signed_in(page, app, token):
    name = access.session_cookie_name(app.config["NC"])
    home = page.url.replace("/donors/sign-up", "/")
    page.context.add_cookies([{"name": name, "value": token, "url": home}])


PAGES = [
    ("", "/pledges/new"),
    ("", "/donors/sign-up"),
    ("lan", "/pledges/mine"),
    ("lan", "/pledges/{pledge}"),
    ("lan", "/pledges/{pledge}/sent"),
    ("lan", "/pledges/{pledge}/change"),
    ("lan", "/pledges/{pledge}/lines/{line}/withdraw"),
    ("lan", "/pledges/{pledge}/lines/{line}/announce"),
    ("lan", "/donors/me"),
    ("lan", "/receipts/{paper}"),
    ("minh", "/pledges/queue"),
    ("minh", "/pledges/"),
    ("minh", "/pledges/{pledge}"),
    ("minh", "/pledges/{pledge}/lines/{line}/receive"),
    ("minh", "/donors"),
    ("minh", "/donors/new"),
    ("minh", "/donors/{donor}"),
    ("minh", "/receipts/"),
]


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_is_sound_on_a_phone(visit, app, scene, who, path):
    tokens, ids = scene
    page = visit("/donors/sign-up")
    if who:
        _signed_in(page, app, tokens[who])

    wanted = page.url.replace("/donors/sign-up", path.format(**ids))
    page.goto(wanted, wait_until="networkidle")
    if folder := os.environ.get("SCREENSHOTS"):
        keep_screenshot(page, Path(folder), f"{who or 'public'}{path.replace('/', '-')[:40]}")

    assert page.url == wanted
    assert findings(page) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_visitor_pledges_by_keyboard_with_and_without_scripts(visit, scene, scripts):
    page = visit("/pledges/new", scripts=scripts)

    page.get_by_label("Quà Tết", exact=False).first.check()
    page.get_by_role("button", name="Tiếp tục").press("Enter")
    page.get_by_label("Số lượng").fill("12")
    page.get_by_role("button", name="Tiếp tục").press("Enter")
    page.get_by_role("button", name="Tiếp tục").press("Enter")
    page.get_by_role("button", name="Xem lại cam kết").press("Enter")

    page.wait_for_url("**/check")
    assert page.get_by_text("12 suất").count() > 0
    assert page.get_by_role("link", name="Đăng ký").count() > 0
    assert not scripts or findings(page) == []


def test_the_count_follows_the_typing(visit, scene):
    page = visit("/pledges/new")
    page.get_by_label("Quà Tết", exact=False).first.check()
    page.get_by_role("button", name="Tiếp tục").press("Enter")
    page.get_by_label("Số lượng").wait_for()
    # What is typed before the page's script listens is not heard by it.
    page.wait_for_load_state()

    with page.expect_response("**/fitting?*") as answered:
        page.get_by_label("Số lượng").press_sequentially("5")

    assert answered.value.status == 200
    assert page.locator("#nc-fitting").count() == 1
    assert findings(page) == []
