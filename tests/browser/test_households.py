"""The pages of households on a phone: axe, policy, width, targets."""

import os
from pathlib import Path

import pytest

from app.accounts import access
from app.accounts.actions import start_session
from app.households import actions, queries
from app.households.rules import ConsentDraft, ConsentMethod, ConsentPurpose
from app.households.sheets import read_list
from app.kernel.clock import now, today
from tests.harness.chromium import findings, keep_screenshot

LIST = Path(__file__).parents[1] / "data" / "households" / "ward_list.xlsx"


@pytest.fixture
def scene(session, database, cast, make_household, claim):
    """A household with facts and a consent, and the ward's list in preview."""
    household_id = make_household(
        citizen_number="001150000001", phone="+84912345678", address="Số 1, ngõ thử", size=3
    )
    standing_id = claim(household_id)
    draft = ConsentDraft(ConsentPurpose.SHOW_CARD, ConsentMethod.PAPER)
    actions.give_consent(session, cast.minh, household_id, draft, now=now())
    import_id = _previewed(session, cast.minh)
    tokens = {
        who: start_session(session, actor.account_id, "x", now=now())
        for who, actor in (("minh", cast.minh), ("hai", cast.tam))
    }
    member = queries.members_of(session, household_id)[0]
    session.commit()
    return tokens, {
        "household": household_id,
        "standing": standing_id,
        "import": import_id,
        "member": member.id,
    }


def _previewed(session, actor):
    body = LIST.read_bytes()
    upload = actions.Upload(LIST.name, body)
    import_id = actions.start_import(session, actor, "00364", upload, now=now())
    rows = read_list(body, LIST.name, today())
    actions.store_rows(session, import_id, "00364", rows)
    actions.finish_check(session, import_id, rows)
    return import_id


PAGES = [
    ("minh", "/households"),
    ("minh", "/households?q=khong+co"),
    ("minh", "/households/new"),
    ("minh", "/households/{household}"),
    ("minh", "/households/{household}?part=standings"),
    ("minh", "/households/{household}?part=consents"),
    ("minh", "/households/{household}?part=history"),
    ("minh", "/households/{household}/change"),
    ("minh", "/households/{household}/members/new"),
    ("minh", "/households/{household}/standings/new"),
    ("minh", "/households/standings/{standing}"),
    ("hai", "/households/queue?state=verified"),
    ("minh", "/households/queue?state=submitted"),
    ("minh", "/imports/households"),
    ("minh", "/imports/households/{import}"),
    ("minh", "/imports/households/{import}?verdict=possible_duplicate"),
]


@pytest.mark.parametrize(("who", "path"), PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_of_households_has_nothing_to_find(visit, flask_app, scene, who, path, width):
    tokens, ids = scene
    page = visit("/sign-in", width=width)
    home = page.url.replace("/sign-in", "/")
    name = access.session_cookie_name(flask_app.config["NC"])
    page.context.add_cookies([{"name": name, "value": tokens[who], "url": home}])

    page.goto(home.rstrip("/") + path.format(**ids), wait_until="networkidle")

    if folder := os.environ.get("SCREENSHOTS"):
        n = PAGES.index((who, path))
        keep_screenshot(page, Path(folder), f"households-{n:02d}-{width}")
    assert findings(page) == []
