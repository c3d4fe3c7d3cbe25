"""A campaign that reaches many, in the browser: an officer asks, an approver agrees or declines."""

import re

import pytest

from app.accounts.rules import POLICY, PROVINCE_ROLES, WARD_ROLES, Action, Role
from app.campaigns.rules import LARGEST_ALONE
from app.places.models import Province
from tests.factories.campaigns import enter_cards
from tests.factories.cast import PROVINCE

FACTS = {"population": "10000", "covered": "8363", "hotline": "0258 3812 345"}
AGREE = "Đồng ý nhắc 201 người"


@pytest.fixture
def campaign(browse, session, cast, wards):
    """The page of Minh's campaign over 201 people; he is signed in."""
    enter_cards(session, wards[0], LARGEST_ALONE + 1)
    browse.sign_in(cast.minh)
    return browse.follow(browse.post("campaigns.create", FACTS)).response.request.path


@pytest.fixture
def asked(browse, campaign):
    """The same, put to a second person."""
    browse.follow(browse.submit(browse.visit(campaign), to=f"{campaign}/agreements"))
    return campaign


def as_person(browse, actor, path, **how):
    browse.sign_out()
    browse.sign_in(actor)
    return browse.visit(path, **how)


@pytest.fixture
def make_person(make_actor, make_group, wards):
    """Somebody of a role, at home in ward A as far as the role is."""
    group_id = make_group().id

    def make(role):
        places = {}
        if role in PROVINCE_ROLES:
            places["province_code"] = PROVINCE
        if role in WARD_ROLES:
            places["ward_code"] = wards[0]
        if role is Role.GROUP_LEADER:
            places["group_id"] = group_id
        return make_actor(role, f"Một {role}", **places)

    return make


def agreement_on(page):
    """The address of the asking that the page has a form for."""
    paths = [form.get("action") for form in page.root.iter() if form.get("action")]
    [path] = [path for path in paths if path.endswith("/agree")]
    return path


def test_an_officer_cannot_let_it_run_alone_and_asks(browse, campaign):
    page = browse.visit(campaign)
    assert "Cần người thứ hai đồng ý" in page.text
    assert "Cho chạy" not in page.text

    page = browse.follow(browse.submit(page, to=f"{campaign}/agreements"))

    assert "201 người sẽ được nhắc" in page.text
    assert AGREE not in page.text
    assert "Anh/chị đã soạn hoặc trình" in page.text


def test_an_approver_finds_it_on_the_desk_and_agrees(browse, cast, asked):
    desk = as_person(browse, cast.tam, "/desk")
    assert "Đợt nhắc chờ đồng ý" in desk.text
    page = browse.visit(asked)
    assert AGREE in page.text

    page = browse.follow(browse.submit(page, to=agreement_on(page)))

    assert "Đang nhắc hằng ngày" in page.text
    assert "Đã có người thứ hai đồng ý" in page.text
    assert "Đợt nhắc chờ đồng ý" not in browse.visit("/desk").text


def test_a_refusal_needs_a_reason_that_the_officer_reads(browse, cast, asked):
    page = as_person(browse, cast.tam, asked)
    to = agreement_on(page).removesuffix("agree") + "decline"
    again = browse.submit(page, {"reason": ""}, to=to, expect=422)
    assert "Chưa gửi được" in again.text

    browse.submit(page, {"reason": "Thiếu tổ dân phố 5"}, to=to)

    page = as_person(browse, cast.minh, asked)
    assert "Thiếu tổ dân phố 5" in page.text
    assert "chưa gửi cho ai" in page.text
    browse.submit(page, to=f"{asked}/agreements")


def test_an_officer_finds_a_refusal_on_the_desk_until_asking_anew(browse, cast, asked):
    page = as_person(browse, cast.tam, asked)
    to = agreement_on(page).removesuffix("agree") + "decline"
    browse.submit(page, {"reason": "Thiếu tổ dân phố 5"}, to=to)

    desk = as_person(browse, cast.minh, "/desk")
    assert "Đợt nhắc không được đồng ý" in desk.text
    browse.submit(browse.visit(asked), to=f"{asked}/agreements")

    assert "Đợt nhắc không được đồng ý" not in browse.visit("/desk").text


def test_the_provinces_officer_agrees_and_reads_no_name(browse, session, cast, asked, take_card):
    take_card("GD4010000000001", holder="Nguyễn Thị Tím Biếc")
    page = as_person(browse, cast.quan, "/campaigns/")
    assert "202 người sẽ được nhắc" in page.text
    assert "Phường không còn lãnh đạo nào khác" not in page.text

    page = browse.visit(asked)
    assert "Tím Biếc" not in page.text
    assert "Từng người" not in page.text
    assert "Dừng hẳn" not in page.text
    page = browse.follow(browse.submit(page, to=agreement_on(page)))

    assert "Đang nhắc hằng ngày" in page.text
    assert "Cán bộ tỉnh" in page.text
    assert "Không có đợt nhắc nào chờ đồng ý" in browse.visit("/campaigns/").text


def test_an_officer_of_another_province_finds_no_such_campaign(browse, session, make_actor, asked):
    session.add(Province(code="79", name="Tỉnh khác", sort_key="tinh khac"))
    session.flush()
    other = make_actor(Role.PROVINCE_OFFICER, "Xa", province_code="79")

    as_person(browse, other, asked, expect=404)


# What was asked is asked, and what was answered is answered: who comes later is told so. To all
# others there is no such page.
MAY = {
    "campaigns.ask": {Role.WARD_OFFICER: 409},
    "campaigns.agree": {Role.WARD_APPROVER: 303, Role.PROVINCE_OFFICER: 409},
    "campaigns.decline": {Role.PROVINCE_OFFICER: 303, Role.WARD_APPROVER: 409},
}


@pytest.mark.parametrize("endpoint", MAY)
def test_who_may_ask_and_who_may_answer(browse, cast, make_person, asked, endpoint):
    page = as_person(browse, cast.tam, asked)
    campaign_id, agreement_id = re.findall(r"\d+", agreement_on(page))
    which = {"campaign_id": campaign_id}
    if endpoint != "campaigns.ask":
        which["agreement_id"] = agreement_id
    answers = {}

    others = [role for role in POLICY[Action.USE_OWN_ACCOUNT] if role not in MAY[endpoint]]
    for role in (*others, *MAY[endpoint]):
        browse.sign_out()
        browse.sign_in(make_person(role))
        tokens = {"csrf_token": browse._csrf_token(), "request_key": f"{role}"}
        path = browse.address(endpoint, **which)
        answer = browse.client.post(path, data=tokens | {"reason": "Chưa đủ"})
        answers[role] = answer.status_code

    assert answers == dict.fromkeys(answers, 404) | MAY[endpoint]
