"""The pages of matching on a phone: axe, policy, width, targets."""

import os
from pathlib import Path

import pytest

from app.accounts import access
from app.accounts.actions import start_session
from app.kernel.clock import now
from app.matching import actions
from app.matching.models import MatchRun, Unmatched
from tests.harness.chromium import findings, keep_screenshot
from tests.web.matching.test_pages import FIGURES


@pytest.fixture
def scene(session, database, cast, make_proposal, make_open_need):
    """A run with two proposals, a need that lost out, and one allocation."""
    proposal = make_proposal()
    run = session.get_one(MatchRun, proposal.run_id)
    run.figures = FIGURES
    chosen = make_proposal(run=run)
    need = make_open_need()
    reason = {"code": "needier-took-it", "facts": {"tier": "C", "cutoff": "B"}}
    session.add(
        Unmatched(run_id=run.id, ward_code="00364", need_id=need.id, units=1, reason=reason)
    )
    outcome = actions.accept_proposals(session, cast.tam, [chosen.id], now=now())
    token = start_session(session, cast.tam.account_id, "x", now=now())
    session.commit()
    ids = {"run": run.id, "proposal": proposal.id, "need": need.id}
    ids |= {"line": proposal.pledge_line_id, "allocation": outcome.allocation_ids[0]}
    return token, ids


PAGES = [
    "/runs",
    "/runs/{run}",
    "/runs/policy",
    "/runs/shortages",
    "/proposals",
    "/proposals/{proposal}",
    "/proposals/{proposal}/change",
    "/proposals/needs/{need}",
    "/proposals/lines/{line}",
    "/allocations/{allocation}",
]


def test_every_page_of_matching_is_fit_for_a_phone(flask_app, visit, scene):
    token, ids = scene
    found = {}
    for path in PAGES:
        page = visit("/sign-in")
        home = page.url.replace("/sign-in", "/")
        name = access.session_cookie_name(flask_app.config["NC"])
        page.context.add_cookies([{"name": name, "value": token, "url": home}])
        page.goto(home.rstrip("/") + path.format(**ids), wait_until="networkidle")
        if faults := findings(page):
            found[path] = faults
        if folder := os.environ.get("SCREENSHOTS"):
            keep_screenshot(page, Path(folder), f"matching{PAGES.index(path)}")

    assert found == {}
