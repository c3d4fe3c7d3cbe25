"""Signing in and out, one's roles and sign-ins, the language, as a person meets them."""

import pytest
from argon2 import PasswordHasher

from app.accounts.actions import AccountDraft, RoleDraft, grant_role, open_account, start_session
from app.accounts.models import Account
from app.accounts.passwords import hash_password, is_outdated, is_right
from app.accounts.rules import SYSTEM, Role
from app.kernel.clock import now

PASSWORD = "quả na chín đầu mùa hạ"
EMAIL = "minh@example.com"
ANDROID = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36"


@pytest.fixture(scope="module")
def hashed():
    return hash_password(PASSWORD)


@pytest.fixture
def minh(session, wards, hashed):
    account_id = open_account(session, AccountDraft("Minh", EMAIL, None, hashed), now=now())
    grant_role(
        session, SYSTEM, account_id, RoleDraft(Role.WARD_OFFICER, ward_code=wards[0]), now=now()
    )
    session.flush()
    return account_id


def sign_in(browse, password=PASSWORD, *, next_page="", expect=303):
    page = browse.get("accounts.sign_in", **({"next": next_page} if next_page else {}))
    return browse.submit(page, {"name": EMAIL, "password": password}, expect=expect)


def test_a_person_signs_in_and_goes_where_they_wanted(browse, minh):
    answer = sign_in(browse, next_page="/account")

    assert answer.response.headers["Location"] == "/account"
    assert browse.follow(answer).heading == "Tài khoản của tôi"


def test_a_hash_of_other_costs_is_made_anew_at_sign_in(browse, minh, session):
    account = session.get_one(Account, minh)
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=8_192).hash(PASSWORD)
    session.flush()

    sign_in(browse)

    session.refresh(account)
    assert not is_outdated(account.password_hash)
    assert is_right(account.password_hash, PASSWORD)


def test_a_hash_of_today_stays_and_a_wrong_password_makes_none(browse, minh, session, hashed):
    sign_in(browse)
    browse.sign_out()
    account = session.get_one(Account, minh)
    old = PasswordHasher(time_cost=1, memory_cost=8_192).hash("một mật khẩu khác hẳn")
    assert account.password_hash == hashed
    account.password_hash = old
    session.flush()

    sign_in(browse, expect=422)

    session.refresh(account)
    assert account.password_hash == old


def test_a_sign_in_never_leads_elsewhere(browse, minh):
    answer = sign_in(browse, next_page="//example.com")

    assert answer.response.headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_look_the_same(browse, minh, session):
    wrong = sign_in(browse, "sai mật khẩu rồi", expect=422)
    page = browse.get("accounts.sign_in")
    unknown = browse.submit(page, {"name": "ai@example.com", "password": "x"}, expect=422)

    words = "Tên đăng nhập hoặc mật khẩu chưa đúng"
    assert wrong.says(words)
    assert unknown.says(words)


def test_an_empty_sign_in_names_both_boxes(browse):
    page = browse.submit(browse.get("accounts.sign_in"), {}, expect=422)

    for box in ("Thư điện tử hoặc số điện thoại", "Mật khẩu"):
        assert f"{box}: Vui lòng điền ô này." in page.links()


def test_the_account_page_shows_roles_and_this_device(browse, minh):
    browse.sign_in(minh)

    page = browse.get("accounts.own")

    assert page.says("Cán bộ phường")
    assert page.says("Đang dùng")
    assert page.says("Thiết bị này")


def test_another_device_is_named_and_can_be_ended(browse, minh, session):
    start_session(session, minh, ANDROID, now=now())
    browse.sign_in(minh)
    page = browse.get("accounts.own")

    answer = browse.submit(page, to="/account/sessions")

    assert page.says("Chrome · Android")
    assert not browse.follow(answer).says("Chrome · Android")


def test_signing_out_ends_the_session(browse, minh):
    browse.sign_in(minh)
    page = browse.get("accounts.own")

    browse.submit(page, to="/sign-out")

    browse.get("accounts.own", expect=303)


def test_the_answer_to_a_forgotten_password_tells_nothing(browse, minh):
    page = browse.get("accounts.forgot")

    known = browse.submit(page, {"name": EMAIL}, expect=200)
    unknown = browse.submit(browse.get("accounts.forgot"), {"name": "ai@example.com"}, expect=200)

    assert known.text == unknown.text


def test_an_old_reset_link_says_what_to_do(browse):
    page = browse.get("accounts.reset", token="cu-roi", expect=404)

    assert page.says("Hãy yêu cầu liên kết mới")


def test_the_language_stays_with_the_reader(browse):
    browse.get("accounts.language", code="en", expect=303)

    assert browse.get("accounts.sign_in").heading == "Sign in"
