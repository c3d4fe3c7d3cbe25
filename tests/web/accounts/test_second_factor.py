"""Setting up a second factor and signing in with it, as a person without scripts meets it."""

from dataclasses import replace

import pytest

from app.accounts.actions import AccountDraft, RoleDraft, grant_role, open_account
from app.accounts.passwords import hash_password
from app.accounts.rules import SYSTEM, Role
from app.kernel.clock import now
from tests.factories.examples_of_offices import switched_on

PASSWORD = "quả na chín đầu mùa hạ"
EMAIL = "minh@example.com"
PATH = "/account/second-factor"


@pytest.fixture(scope="module")
def hashed():
    return hash_password(PASSWORD)


@pytest.fixture
def minh(session, wards, hashed, cast):
    account_id = open_account(session, AccountDraft("Minh", EMAIL, None, hashed), now=now())
    role = RoleDraft(Role.WARD_OFFICER, ward_code=wards[0])
    grant_role(session, SYSTEM, account_id, role, now=now())
    session.flush()
    return replace(cast.minh, account_id=account_id, session_id=None)


@pytest.fixture
def required(app):
    """A site that asks for a second factor."""
    kept = app.config["NC"]
    app.config["NC"] = replace(kept, second_factor_required=True)
    yield app
    app.config["NC"] = kept


def type_password(browse, next_page="/account"):
    page = browse.get("accounts.sign_in", next=next_page)
    answer = browse.submit(page, {"name": EMAIL, "password": PASSWORD}, to="/sign-in")
    return browse.follow(answer)


def test_the_key_is_shown_as_picture_link_and_words(browse, minh):
    browse.sign_in(minh)
    browse.submit(browse.get("accounts.second_factor"), to=PATH)

    page = browse.get("accounts.second_factor")

    assert any(e.get("href", "").startswith("otpauth://totp/") for e in page.all("a"))
    assert any(e.get("aria-label") == "Hình mã QR của khoá" for e in page.all("div"))
    assert page.says("Khoá:")


def test_a_wrong_code_does_not_switch_it_on(browse, minh):
    browse.sign_in(minh)
    browse.submit(browse.get("accounts.second_factor"), to=PATH)
    page = browse.get("accounts.second_factor")

    page = browse.submit(page, {"code": "12345"}, to=f"{PATH}/confirm", expect=422)

    assert page.says("Mã chưa đúng")
    assert page.says("Khoá:")


def test_a_recovery_code_signs_in_and_leads_on(browse, session, minh):
    codes = switched_on(session, minh)
    page = type_password(browse)

    answer = browse.submit(page, {"code": codes[0]}, to="/sign-in/code")

    assert answer.response.headers["Location"] == "/account"
    assert browse.follow(answer).heading == "Tài khoản của tôi"


def test_between_password_and_code_nothing_is_open(browse, session, minh):
    switched_on(session, minh)

    page = type_password(browse)

    assert page.heading == "Mã xác nhận"
    browse.get("accounts.own", expect=303)
    browse.get("households.index", expect=303)


def test_the_sixth_wrong_code_is_not_looked_at(browse, session, minh):
    codes = switched_on(session, minh)
    page = type_password(browse)
    for _ in range(5):
        page = browse.submit(page, {"code": "12345"}, to="/sign-in/code", expect=422)

    page = browse.submit(page, {"code": codes[0]}, to="/sign-in/code", expect=422)

    assert page.says("Đã thử quá nhiều mã")


def test_a_code_page_without_a_password_asks_to_sign_in(browse):
    browse.get("accounts.code", expect=404)


def test_a_site_that_asks_for_it_shows_nothing_before(browse, required, minh):
    browse.sign_in(minh)

    answer = browse.get("households.index", expect=303)

    assert answer.response.headers["Location"] == PATH
    browse.get("accounts.second_factor")


def test_a_volunteer_is_not_asked_for_it(browse, required, make_actor):
    browse.sign_in(make_actor(Role.VOLUNTEER, "Nắng", ward_code="00364"))

    browse.get("handovers.index")


def test_who_has_it_goes_on(browse, required, session, minh):
    codes = switched_on(session, minh)
    page = type_password(browse, "/households")
    answer = browse.submit(page, {"code": codes[0]}, to="/sign-in/code")

    assert browse.follow(answer).response.status_code == 200
