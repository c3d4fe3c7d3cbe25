"""Every page that each role meets, on the demo's own story: looked at at both widths, in both
languages. The line itself is walked by hand in test_line.py.
"""

from itertools import product

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
        "/notices/channels",
        "/campaigns/",
        "/calls",
        "/calls/paper",
        "/notices/mine",
        "/catalogue/",
        "/programmes",
        "/account",
        "/account/second-factor",
        "/ballots",
        "/runs/policies/2",
    ],
    "lanhdao": [
        "/desk",
        "/proposals",
        "/household-merges",
        "/runs/shortages",
        "/runs/policy",
        "/runs/policies/new",
        "/ballots/new",
        "/audit/",
        "/jobs",
        "/handovers/to-confirm",
        "/staff",
    ],
    "nhahaotam": ["/pledges/mine", "/board", "/donors/me", "/notices/mine", "/ballots"],
    "tinhnguyen": ["/desk", "/handovers", "/ballots"],
    "totruong": ["/desk", "/households", "/calls"],
    "tinh": ["/desk", "/reports/", "/proposals", "/runs/shortages?each=ward", "/runs/policies/2"],
    "kiemtoan": ["/reports/", "/audit/"],
    "quantri": ["/desk", "/jobs", "/staff", "/staff/new", "/notices/channels"],
}
WIDTHS = (390, 1280)


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

    def walk(key, language):
        page = visit("/help", width=WIDTHS[0])
        home = page.url.replace("/help", "")
        cookies = [{"name": access.LANGUAGE_COOKIE, "value": language, "url": home}]
        if key is not None:
            name = access.session_cookie_name(flask_app.config["NC"])
            cookies.append({"name": name, "value": token_of(key), "url": home})
        page.context.add_cookies(cookies)

        def go(path):
            answer = page.goto(home + path, wait_until="load")
            faults = [] if answer.status == 200 else [f"answered {answer.status}"]
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 844})
                faults += [f"{width}: {fault}" for fault in _faults(page)]
            return faults

        return go, page

    return walk


def _faults(page):
    """What is wrong with a page; a link in running text may be as low as its line."""
    return [fault for fault in findings(page) if not fault.startswith("A nc-link")]


@pytest.mark.slow
def test_every_page_of_every_role_is_fit_to_be_seen(walk_as):
    found = {}
    for language, (key, paths) in product(("vi", "en"), PAGES.items()):
        go, page = walk_as(key, language)
        for path in paths:
            if faults := go(path):
                found[f"{key} {language} {path}"] = faults
        page.context.close()

    assert found == {}
