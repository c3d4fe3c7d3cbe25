"""Letting somebody in, as the administrator, the ward's approver and the new person meet it."""

import pytest
from sqlalchemy import select

from app.accounts import queries
from app.accounts.actions import start_session, token_digest
from app.accounts.models import AccountProposal
from app.accounts.rules import Role
from app.infra.models import Job
from app.kernel.clock import now
from tests.factories.cast import WARD_A

NEW = {
    "name": "Nguyễn Thị Sen",
    "email": "Sen@Example.com",
    "role": "inspector",
    "place": WARD_A,
    "reason": "Quyết định 12",
}
PASSWORD = "chùm khế ngọt trèo hái mỗi ngày"


@pytest.fixture
def admin(make_actor):
    return make_actor(Role.SYSTEM_ADMIN, "Biển")


def propose(browse, admin, expect=303, **changes):
    browse.sign_in(admin)
    return browse.submit(
        browse.get("accounts.new_staff"), NEW | changes, to="/staff/new", expect=expect
    )


def agree(browse, tam):
    browse.sign_in(tam)
    page = browse.get("accounts.staff")
    path = next(e.get("href") for e in page.all("a") if "/proposals/" in e.get("href", ""))
    return browse.submit(browse.visit(path), to=f"{path}/agree")


def test_two_people_let_a_third_in_who_sets_a_password(browse, session, admin, cast):
    propose(browse, admin)
    agree(browse, cast.tam)
    session.expire_all()
    link = queries.pending_reset(session, session.scalar(select(Job.arg)))
    browse.sign_out()

    page = browse.get("accounts.reset", token=link.token)
    browse.submit(page, {"password": PASSWORD, "again": PASSWORD})
    page = browse.get("accounts.sign_in")
    browse.submit(page, {"name": "sen@example.com", "password": PASSWORD})

    assert browse.get("accounts.own").says("Thành viên đoàn kiểm tra")


def test_a_new_officers_password_is_as_long_as_staffs(browse, session, admin, cast):
    propose(browse, admin)
    agree(browse, cast.tam)
    session.expire_all()
    link = queries.pending_reset(session, session.scalar(select(Job.arg)))
    browse.sign_out()
    short = "mận đào hồng"

    page = browse.get("accounts.reset", token=link.token)
    page = browse.submit(page, {"password": short, "again": short}, expect=422)

    assert page.says("Mật khẩu quá ngắn")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"place": "Xứ không có"}, "Không tìm thấy nơi này"),
        ({"role": "group-leader", "group": "Tổ 99"}, "Tổ trưởng cần một tổ"),
        ({"role": "auditor"}, "Không tìm thấy nơi này"),
        ({"email": "không phải thư"}, "Thư điện tử này chưa đúng"),
    ],
)
def test_what_cannot_be_is_said_beside_its_box(browse, session, admin, typed, words):
    page = propose(browse, admin, expect=422, **typed)

    assert page.says(words)
    assert session.scalar(select(AccountProposal.id)) is None


def test_an_address_in_use_is_said(browse, admin, session, cast):
    propose(browse, admin)
    agree(browse, cast.tam)

    page = propose(browse, admin, expect=409)

    assert page.says("đã có tài khoản")


def test_an_administrator_has_no_button_to_agree(browse, admin):
    propose(browse, admin)

    page = browse.get("accounts.staff")

    assert page.says("Nguyễn Thị Sen")
    assert not any("/proposals/" in e.get("href", "") for e in page.all("a"))


def test_a_suspended_person_is_signed_out_at_once(browse, session, cast):
    token = start_session(session, cast.minh.account_id, "Firefox", now=now())
    browse.sign_in(cast.tam)
    page = browse.get("accounts.staff_member", account_id=cast.minh.account_id)

    browse.submit(page, {"why": "Chuyển công tác"}, to=f"/staff/{cast.minh.account_id}/suspend")

    session.expire_all()
    assert queries.actor_of(session, token_digest(token), now()) is None
    browse.sign_in(cast.tam)
    page = browse.get("accounts.staff_member", account_id=cast.minh.account_id)
    assert page.says("Đã hết ngày")


def test_nobody_is_offered_to_suspend_themselves(browse, cast):
    browse.sign_in(cast.tam)

    page = browse.get("accounts.staff_member", account_id=cast.tam.account_id)

    assert not any("/suspend" in e.get("action", "") for e in page.all("form"))
