"""The pages of matching on a phone: axe, policy, width, targets."""

import os
from pathlib import Path

import pytest

from app.accounts import access
from app.accounts.actions import start_session
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.matching import actions
from app.matching.models import MatchRun, PolicyComparison, Proposal, Unmatched
from tests.harness.chromium import findings, keep_screenshot
from tests.web.matching.test_ballots import RESULT as COUNTED
from tests.web.matching.test_policies import RESULT
from tests.web.matching.test_runs import FIGURES


@pytest.fixture
def scene(session, database, cast, make_proposal, make_open_need, make_ballot):
    """A run with two proposals, a need that lost out, one allocation, two ballots and a trial."""
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
    ballot = make_ballot()
    counted = make_ballot(over=True, state="closed", closed_at=now(), result=COUNTED)
    tried = PolicyComparison(
        id="tried", ward_code="00364", run_id=run.id, version=1, against=1, result=RESULT
    )
    session.add(tried)
    token = start_session(session, cast.tam.account_id, "x", now=now())
    session.commit()
    ids = {"run": run.id, "proposal": proposal.id, "need": need.id}
    ids |= {"household": need.household_id, "ballot": ballot.id, "counted": counted.id}
    ids |= {"line": proposal.pledge_line_id, "allocation": outcome.allocation_ids[0]}
    return token, ids


PAGES = [
    "/runs",
    "/runs/{run}",
    "/runs/policy",
    "/runs/{run}/left-out",
    "/runs/policies",
    "/runs/shortages",
    "/runs/shortages?each=group",
    "/proposals",
    "/proposals/{proposal}",
    "/proposals/{proposal}/change",
    "/proposals/needs/{need}",
    "/proposals/households/{household}",
    "/proposals/lines/{line}",
    "/allocations/{allocation}",
    "/runs/{run}/left-out?kind=qua_tet",
    "/runs/policies/1",
    "/runs/policies/new",
    "/runs/comparisons/tried",
    "/ballots",
    "/ballots/new",
    "/ballots/{ballot}",
    "/ballots/{ballot}/papers/new",
    "/ballots/{counted}",
]


@pytest.fixture
def enter(flask_app, visit):
    """Open a page as whoever holds the session."""

    def enter(token, path):
        page = visit("/sign-in")
        home = page.url.replace("/sign-in", "/")
        name = access.session_cookie_name(flask_app.config["NC"])
        page.context.add_cookies([{"name": name, "value": token, "url": home}])
        page.goto(home.rstrip("/") + path, wait_until="load")
        return page

    return enter


def test_every_page_of_matching_is_fit_for_a_phone(enter, scene):
    token, ids = scene
    found = {}
    for path in PAGES:
        page = enter(token, path.format(**ids))
        if faults := findings(page):
            found[path] = faults
        if folder := os.environ.get("SCREENSHOTS"):
            keep_screenshot(page, Path(folder), f"matching{PAGES.index(path)}")

    assert found == {}


def test_a_proposal_is_declined_with_the_keyboard_alone(enter, scene, database):
    token, ids = scene
    page = enter(token, "/proposals")

    page.get_by_role("link", name="Đến chỗ quyết định ở cuối trang").focus()
    page.keyboard.press("Enter")
    box = page.locator(f"#proposal-{ids['proposal']}")
    box.focus()
    page.keyboard.press("Space")
    page.get_by_label("Lý do thường gặp").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Không chọn các mục này").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Không chọn 1 đề xuất.").wait_for()

    with transaction() as fresh:
        declined = fresh.get_one(Proposal, ids["proposal"])
        assert (declined.state, declined.decision_reason) == (
            "declined", "Hộ đã được giúp từ nguồn khác.",
        )  # fmt: skip


def test_the_waiting_page_turns_into_the_run_when_it_is_over(
    enter, session, database, cast, make_run
):
    run = make_run(state="pending", certified=False)
    token = start_session(session, cast.tam.account_id, "x", now=now())
    session.commit()
    page = enter(token, f"/runs/{run.id}")
    stop = page.get_by_role("button", name="Dừng lượt này")
    stop.wait_for()

    with transaction() as fresh:
        actions.cancel_run(fresh, cast.tam, run.id, now=now())

    stop.wait_for(state="detached")
    page.get_by_text("Đã hủy").wait_for()
