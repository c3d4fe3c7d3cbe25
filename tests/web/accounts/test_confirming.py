"""A donor's address is theirs once its letter was opened, and signing up tells of nobody's."""

import re

import pytest
from sqlalchemy import func, select

from app.accounts import queries
from app.accounts.actions import AccountDraft, open_account
from app.accounts.models import Account, PasswordReset
from app.infra.models import Job
from app.kernel.clock import now

EMAIL, PASSWORD = "lan@example.com", "mua xuan tren doi che"
PHONE = "0912 000 001"
PERSON = {"name": "Lan Thử", "email": EMAIL, "password": PASSWORD}


def sign_up(browse, **changes):
    browse.sign_out()
    page = browse.get("pledges.sign_up")
    return browse.submit(page, PERSON | changes, to="/donors/sign-up")


def letters(session):
    session.expire_all()
    links = session.scalars(
        select(Job.arg).where(Job.name == "send-password-reset").order_by(Job.id)
    )
    return [queries.pending_reset(session, link) for link in links]


def sign_in(browse, name=EMAIL, expect=303):
    browse.sign_out()
    page = browse.get("accounts.sign_in")
    return browse.submit(page, {"name": name, "password": PASSWORD}, to="/sign-in", expect=expect)


def test_a_donor_is_signed_in_at_once_and_told_to_confirm(browse, session):
    answer = sign_up(browse)

    assert browse.follow(answer).says("Mở liên kết trong thư")
    assert browse.get("accounts.own").says("Thư điện tử chưa được xác nhận")
    assert [letter.about for letter in letters(session)] == [queries.About.CONFIRM]


def test_an_address_opens_nothing_before_its_letter_was(browse, session):
    sign_up(browse)

    page = sign_in(browse, expect=422)

    assert page.says("thư xác nhận")


def test_after_the_letter_one_signs_in_by_the_address(browse, session):
    sign_up(browse)
    (letter,) = letters(session)

    page = browse.get("accounts.confirm", token=letter.token)
    browse.submit(page, to=f"/confirm/{letter.token}")

    sign_in(browse)
    assert not browse.get("accounts.own").says("Thư điện tử chưa được xác nhận")


def test_looking_at_the_page_confirms_nothing(browse, session):
    sign_up(browse)
    (letter,) = letters(session)

    browse.get("accounts.confirm", token=letter.token)

    sign_in(browse, expect=422)


def test_signing_up_answers_the_same_whoever_has_the_address(browse, session, wards):
    open_account(session, AccountDraft("Chủ", EMAIL, None, "x"), now=now())

    taken, free = sign_up(browse), sign_up(browse, email="khac@example.com")

    pages = [(a.response.status_code, a.response.headers["Location"]) for a in (taken, free)]
    assert pages[0] == pages[1]
    about = [letter.about for letter in letters(session)]
    assert about == [queries.About.KNOWN, queries.About.CONFIRM]


def test_the_owner_keeps_the_address(browse, session, wards):
    owner = open_account(session, AccountDraft("Chủ", EMAIL, None, "x"), now=now())

    sign_up(browse)

    session.expire_all()
    assert queries.account_by_index(session, queries.name_index(EMAIL)).id == owner


def test_who_confirms_first_has_the_address(browse, session):
    for _ in range(2):
        sign_up(browse)
    first, second = letters(session)
    page = browse.get("accounts.confirm", token=first.token)
    browse.submit(page, to=f"/confirm/{first.token}")
    page = browse.get("accounts.confirm", token=second.token)

    page = browse.submit(page, to=f"/confirm/{second.token}", expect=409)

    assert page.says("đã có tài khoản")
    session.expire_all()
    assert queries.account_by_index(session, queries.name_index(EMAIL)).id == first.account_id


def test_a_link_works_once_and_is_no_link_for_a_password(browse, session):
    sign_up(browse)
    (letter,) = letters(session)
    browse.get("accounts.reset", token=letter.token, expect=404)
    browse.sign_out()
    page = browse.get("accounts.confirm", token=letter.token)
    browse.submit(page, to=f"/confirm/{letter.token}")

    browse.get("accounts.confirm", token=letter.token, expect=404)


def test_three_letters_an_hour_go_to_one_address(browse, session):
    for _ in range(5):
        sign_up(browse)

    assert session.scalar(select(func.count()).select_from(PasswordReset)) == 3
    assert session.scalar(select(func.count()).select_from(Account)) == 5


def test_another_letter_may_be_asked_for(browse, session):
    sign_up(browse)
    page = browse.get("accounts.own")

    browse.submit(page, to="/account/confirm-email")

    assert len(letters(session)) == 2


def test_a_phone_beside_an_address_names_nobody(browse, session):
    sign_up(browse, phone=PHONE)

    assert session.scalar(select(Account.phone_index)) is None


def code_told(browse, answer):
    page = browse.follow(answer)
    return re.search(r"TK-\w{6}", page.text)[0]


def test_signing_up_answers_the_same_whoever_has_the_phone(browse, session, wards):
    open_account(session, AccountDraft("Chủ", None, "+84912000001", "x"), now=now())

    taken = sign_up(browse, email="", phone=PHONE)
    taken_page = browse.follow(taken)
    free = sign_up(browse, email="", phone="0912 000 002")
    free_page = browse.follow(free)

    assert taken.response.headers["Location"] == free.response.headers["Location"]
    pages = [re.sub(r"TK-\w{6}", "TK", page.text) for page in (taken_page, free_page)]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("is_taken", [True, False])
def test_after_signing_up_by_phone_one_signs_in_by_the_code_alone(browse, session, wards, is_taken):
    if is_taken:
        open_account(session, AccountDraft("Chủ", None, "+84912000001", "x"), now=now())
    code = code_told(browse, sign_up(browse, email="", phone=PHONE))
    assert browse.get("accounts.own").says(code)

    sign_in(browse, name=PHONE, expect=422)
    sign_in(browse, name=code.lower())

    assert browse.get("accounts.own").says(code)
