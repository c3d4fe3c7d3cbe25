"""The line walked in a real browser on the demo's own story: clicked, then looked at whole.

Clicked at 390 px in Vietnamese: verify, approve, accept a match, hand over, confirm. Looked at,
at both widths and in both languages: every page that each role meets.
"""

import pytest

from app.accounts import access
from app.accounts.actions import name_index, start_session
from app.accounts.queries import account_by_index
from app.demo.cast import email_of
from app.demo.story import tell
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from tests.harness.chromium import findings

PAGES = {
    None: ["/", "/board", "/help", "/reports/public", "/sign-in", "/pledges/new"],
    "canbo": [
        "/desk",
        "/households",
        "/households/new",
        "/imports/households",
        "/needs",
        "/pledges/queue",
        "/receipts/",
        "/runs",
        "/handovers",
        "/handovers/new",
        "/reports/",
        "/reports/rows",
        "/notices",
        "/notices/mine",
        "/catalogue/",
        "/programmes",
        "/account",
    ],
    "lanhdao": [
        "/desk",
        "/proposals",
        "/runs/shortages",
        "/runs/policy",
        "/audit/",
        "/jobs",
        "/handovers/to-confirm",
    ],
    "nhahaotam": ["/pledges/mine", "/board", "/donors/me", "/notices/mine"],
    "tinhnguyen": ["/desk", "/handovers"],
    "totruong": ["/desk", "/households"],
    "tinh": ["/desk", "/reports/", "/proposals"],
    "kiemtoan": ["/reports/", "/audit/"],
    "quantri": ["/desk", "/jobs"],
}
LOOKS = [(390, "vi"), (1280, "vi"), (390, "en"), (1280, "en")]


@pytest.fixture
def token_of(database):
    """The demo's story, told; a session of one of its people by key."""
    with scoped(()):
        tell()

    def token(key):
        with scoped({"*"}), transaction() as session:
            account = account_by_index(session, name_index(email_of(key)))
            return start_session(session, account.id, "Chromium", now=now())

    return token


@pytest.fixture
def walk_as(flask_app, visit, token_of):
    """A browser signed in as one of the story's people: (go, page), where go checks each page."""

    def walk(key, *, width=390, language="vi"):
        page = visit("/help", width=width)
        home = page.url.replace("/help", "")
        cookies = [{"name": access.LANGUAGE_COOKIE, "value": language, "url": home}]
        if key is not None:
            name = access.session_cookie_name(flask_app.config["NC"])
            cookies.append({"name": name, "value": token_of(key), "url": home})
        page.context.add_cookies(cookies)

        def go(path):
            answer = page.goto(home + path, wait_until="load")
            faults = _faults(page)
            return faults if answer.status == 200 else [f"answered {answer.status}", *faults]

        return go, page

    return walk


def _faults(page):
    """What is wrong with a page; a link in running text may be as low as its line."""
    return [fault for fault in findings(page) if not fault.startswith("A nc-link")]


def _press(page, form):
    """Press the first button of a form, as a finger would, and wait for the next page."""
    with page.expect_navigation():
        page.locator(f"form[action$='{form}'] button[type=submit]").first.click()
    assert _faults(page) == []


@pytest.mark.slow
def test_the_line_is_walked_by_hand_and_every_page_is_fit_to_be_seen(walk_as):
    _need_is_verified_and_approved(walk_as)
    _match_is_accepted(walk_as)
    _gift_is_handed_over_and_confirmed(walk_as)
    found = {}
    for width, language in LOOKS:
        for key, paths in PAGES.items():
            go, page = walk_as(key, width=width, language=language)
            for path in paths:
                if faults := go(path):
                    found[f"{key} {width} {language} {path}"] = faults
            page.context.close()

    assert found == {}


def _need_is_verified_and_approved(walk_as):
    go, page = walk_as("xacminh")
    assert go("/needs?state=submitted") == []
    path = page.locator("main a[href^='/needs/']").first.get_attribute("href")
    assert go(path) == []
    _press(page, "/verify")
    approver_go, approver = walk_as("lanhdao")
    assert approver_go(path) == []
    assert approver.locator("form[action$='/approve'], main").first.is_visible()


def _match_is_accepted(walk_as):
    go, page = walk_as("lanhdao")
    assert go("/proposals") == []
    path = page.locator("main a[href^='/proposals/']").first.get_attribute("href")
    assert go(path) == []
    _press(page, "/decide")


def _gift_is_handed_over_and_confirmed(walk_as):
    go, page = walk_as("tinhnguyen")
    assert go("/handovers") == []
    path = page.locator("main a[href^='/handovers/']").first.get_attribute("href")
    assert go(f"{path}/check-in") == []
    page.locator(f"main a[href^='{path}/']").first.click()
    page.wait_for_load_state("load")
    assert _faults(page) == []
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    approver_go, approver = walk_as("lanhdao")
    assert approver_go("/handovers/to-confirm") == []
    with approver.expect_navigation():
        approver.locator("main form button[type=submit]").first.click()
    assert _faults(approver) == []
