"""Two households that are one, on a phone and without scripts: found, proposed, approved."""

import pytest

from app.accounts import access
from app.accounts.actions import start_session
from app.households.models import Household
from app.households.rules import MergeDraft
from app.kernel.clock import now
from app.matching import actions
from tests.harness.chromium import findings

PAGES = [
    ("minh", "/households/{kept}/twins?q=Thu"),
    ("minh", "/households/{kept}/merge/{twin}"),
    ("minh", "/households/{open}/merge/{other}"),
    ("tam", "/household-merges"),
    ("tam", "/household-merges/{asked}"),
    ("minh", "/household-merges/{asked}"),
    ("tam", "/household-merges/{done}"),
    ("tam", "/households/{closed}"),
]


@pytest.fixture
def scene(session, database, cast, make_household, make_open_need):
    """Pairs that may be proposed, are stopped, wait, and are united; both people signed in."""
    homes = [make_household(address=f"Ngõ {n}", phone=f"+8491234567{n}") for n in range(8)]
    for home in homes[2:4]:
        make_open_need(household=session.get_one(Household, home))
    draft = MergeDraft({}, "Cùng một nhà")
    asked = actions.propose_merge(session, cast.minh, *homes[4:6], draft, now=now())
    done = actions.propose_merge(session, cast.minh, *homes[6:8], draft, now=now())
    actions.unite_households(session, cast.tam, done, now=now())
    tokens = {
        who: start_session(session, getattr(cast, who).account_id, "x", now=now())
        for who in ("minh", "tam")
    }
    session.commit()
    names = ("kept", "twin", "open", "other", "first", "second", "united", "closed")
    return tokens, dict(zip(names, homes, strict=True)) | {"asked": asked, "done": done}


@pytest.fixture
def enter(visit, flask_app, scene):
    """A page of one of the two people: enter("minh", "/households", width=390)."""

    def go(who, path, **how):
        tokens, ids = scene
        page = visit("/help", **how)
        home = page.url.replace("/help", "")
        name = access.session_cookie_name(flask_app.config["NC"])
        page.context.add_cookies([{"name": name, "value": tokens[who], "url": home}])
        page.goto(home + path.format(**ids))
        return page

    return go


@pytest.mark.parametrize(("who", "path"), PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_of_merges_has_nothing_to_find(enter, who, path, width):
    page = enter(who, path, width=width)

    assert [fault for fault in findings(page) if not fault.startswith("A nc-link")] == []


def test_a_merge_is_proposed_and_approved_by_keyboard_without_scripts(enter):
    page = enter("minh", "/households/{kept}/merge/{twin}", width=390, scripts=False)
    page.get_by_label("Ngõ 1").focus()
    page.keyboard.press("Space")
    page.get_by_label("Vì sao biết là một hộ").focus()
    page.keyboard.type("Cùng một nhà")
    page.get_by_role("button", name="Đề nghị gộp", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_text("một lãnh đạo khác sẽ duyệt").wait_for()
    merge = page.url

    page = enter("tam", "/household-merges", width=390, scripts=False)
    page.goto(merge)
    page.get_by_role("button", name="Duyệt và gộp hai hộ").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Đã gộp hai hộ.").wait_for()
    assert page.get_by_text("Ngõ 1").count() == 1
