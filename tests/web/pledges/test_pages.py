"""The pages of donors and of the ward's desk, in both languages, and who may open them."""

import pytest

from app.accounts.rules import Role
from app.kernel.clock import now, today
from app.pledges import actions
from app.pledges.models import Pledge, PledgeLine
from app.pledges.rules import LineState
from app.stock.models import Receipt
from app.stock.rules import Condition, ReceiptDraft
from tests.factories.pledges import stand_on


@pytest.fixture
def donor(make_donor):
    return make_donor()


@pytest.fixture
def lan(session, cast, make_actor, donor):
    stand_on(session)
    return make_actor(Role.DONOR, "Lan", donor_id=donor.id)


@pytest.fixture
def offered(lan, make_line, donor):
    return make_line(donor=donor, state=LineState.OFFERED)


@pytest.fixture
def opened(lan, make_line, donor):
    return make_line(donor=donor)


def _fresh(session, model, row_id):
    session.expire_all()
    return session.get_one(model, row_id)


def test_a_donor_follows_each_line(browse, session, lan, opened):
    actions.reserve(session, opened.id, 3, cause="allocation", cause_id="a")
    browse.sign_in(lan)

    page = browse.visit(browse.get("pledges.mine").link(_code(session, opened)))

    assert page.says("Ghép với nhu cầu đã xác minh")
    assert page.says("đã ghép 3")


def _code(session, line):
    return session.get_one(Pledge, line.pledge_id).code


def test_the_ward_accepts_from_the_queue(browse, session, cast, offered):
    browse.sign_in(cast.minh)
    page = browse.get("pledges.queue")

    # The browser sends the ticked box; the test has to name it.
    answer = browse.submit(page, {"lines": offered.id}, to="/accept")

    assert browse.follow(answer).says("Đang giữ, chờ ghép")
    assert _fresh(session, PledgeLine, offered.id).state == LineState.OPEN


def test_accepting_twice_is_refused_in_words(browse, cast, offered):
    browse.sign_in(cast.minh)
    first, second = browse.get("pledges.queue"), browse.get("pledges.queue")
    browse.submit(first, {"lines": offered.id}, to="/accept")

    answer = browse.submit(second, {"lines": offered.id}, to="/accept", expect=409)

    assert answer.says("vừa thay đổi")


def test_the_ward_declines_with_a_reason_that_the_donor_reads(browse, session, cast, lan, offered):
    browse.sign_in(cast.minh)
    page = browse.get("pledges.decline", pledge_id=offered.pledge_id)
    browse.submit(page, {"lines": offered.id, "reason": "no-room"}, to="/decline")
    browse.sign_in(lan)

    page = browse.get("pledges.show", pledge_id=offered.pledge_id)

    assert page.says("Phường chưa có chỗ bảo quản")


def test_declining_without_a_reason_is_refused(browse, cast, offered):
    browse.sign_in(cast.minh)
    page = browse.get("pledges.decline", pledge_id=offered.pledge_id)

    browse.submit(page, {"lines": offered.id}, to="/decline", expect=422)


def test_a_donor_changes_and_an_old_page_is_refused(browse, session, lan, opened):
    browse.sign_in(lan)
    old = browse.get("pledges.change", pledge_id=opened.pledge_id)
    new = browse.get("pledges.change", pledge_id=opened.pledge_id)
    browse.submit(new, {f"units_{opened.id}": "8"}, to="/change")

    answer = browse.submit(old, {f"units_{opened.id}": "7"}, to="/change", expect=409)

    assert answer.says("Có người vừa thay đổi")
    assert _fresh(session, PledgeLine, opened.id).units == 8


def test_a_donor_takes_free_units_back(browse, session, lan, opened):
    browse.sign_in(lan)
    page = browse.get("pledges.withdraw", pledge_id=opened.pledge_id, line_id=opened.id)

    browse.submit(page, {"units": "4", "reason": "circumstances"}, to="/withdraw")

    assert _fresh(session, PledgeLine, opened.id).withdrawn == 4


def test_more_than_is_free_cannot_be_taken_back(browse, lan, opened):
    browse.sign_in(lan)
    page = browse.get("pledges.withdraw", pledge_id=opened.pledge_id, line_id=opened.id)

    answer = browse.submit(page, {"units": "11", "reason": "other"}, to="/withdraw", expect=409)

    assert answer.says("Chỉ rút được phần chưa ghép")


def test_a_donor_gives_the_same_again(browse, lan, opened):
    browse.sign_in(lan)
    page = browse.get("pledges.show", pledge_id=opened.pledge_id)

    page = browse.follow(browse.submit(page, to="/repeat"))
    check = browse.follow(browse.submit(page, {}, to="/window"))

    assert check.says("10 suất")


def test_a_delivery_is_announced_and_taken_in_with_a_receipt(browse, session, cast, lan, opened):
    browse.sign_in(lan)
    page = browse.get("pledges.announce", pledge_id=opened.pledge_id, line_id=opened.id)
    browse.submit(page, {"units": "6"}, to="/announce")
    announced = session.query(Receipt).one()
    browse.sign_in(cast.minh)

    page = browse.get(
        "pledges.receive", pledge_id=opened.pledge_id, line_id=opened.id, announced=announced.id
    )
    paper = browse.follow(browse.submit(page, {}, to="/receive"))

    assert paper.says(f"PN-{today().year}-000001")
    assert paper.says("Ba triệu đồng")
    assert _fresh(session, PledgeLine, opened.id).received == 6


def test_more_than_awaited_is_not_taken_in(browse, cast, opened):
    browse.sign_in(cast.minh)
    page = browse.get("pledges.receive", pledge_id=opened.pledge_id, line_id=opened.id)

    answer = browse.submit(page, {"units": "11"}, to="/receive", expect=409)

    assert answer.says("nhiều hơn phần còn chờ nhận")


def test_receipts_are_found_and_printed(browse, session, cast, opened):
    draft = ReceiptDraft(2, today(), Condition.NEW)
    receipt_id = actions.take_in(session, cast.minh, opened.id, draft, now=now())
    browse.sign_in(cast.minh)

    page = browse.get("stock.index", q="Lan", kind="qua_tet", first=today().isoformat())

    assert page.says(f"PN-{today().year}-000001")
    assert browse.get("stock.show", receipt_id=receipt_id).says("Người giao")


def test_a_donor_chooses_how_the_name_is_shown(browse, session, lan, donor):
    browse.sign_in(lan)
    page = browse.get("pledges.profile")

    browse.submit(page, {"shown_as": "initials", "email": "lan@example.com"}, to="/donors/me")

    session.refresh(donor)
    assert donor.shown_as == "initials"
    assert browse.get("pledges.profile").says("L.T.")


PAGES = [
    ("pledges.new", {}, {"public", "donor", "officer", "other"}),
    ("pledges.sign_up", {}, {"public"}),
    ("pledges.mine", {}, {"donor"}),
    ("pledges.profile", {}, {"donor"}),
    ("pledges.queue", {}, {"officer", "other"}),
    ("pledges.index", {}, {"officer", "other"}),
    ("pledges.donors", {}, {"officer", "other"}),
    ("pledges.new_donor", {}, {"officer", "other"}),
    ("stock.index", {}, {"donor", "officer", "other"}),
    ("pledges.show", {"pledge"}, {"donor", "officer"}),
    ("pledges.sent", {"pledge"}, {"donor", "officer"}),
    ("pledges.change", {"pledge"}, {"donor"}),
    ("pledges.withdraw", {"pledge", "line"}, {"donor"}),
    ("pledges.announce", {"pledge", "line"}, {"donor"}),
    ("pledges.receive", {"pledge", "line"}, {"officer"}),
    ("pledges.decline", {"pledge"}, {"officer"}),
    ("pledges.donor", {"donor"}, {"officer"}),
]


@pytest.fixture
def visit(browse, cast, lan, donor, opened):
    """Open a page as one of the people, its ids filled in."""
    ids = {"pledge_id": opened.pledge_id, "line_id": opened.id, "donor_id": donor.id}
    people = {"donor": lan, "officer": cast.minh, "other": cast.hoa}

    def open_as(who, endpoint, needs, expect=200):
        if who in people:
            browse.sign_in(people[who])
        values = {f"{name}_id": ids[f"{name}_id"] for name in needs}
        return browse.get(endpoint, expect=expect, **values)

    return open_as


@pytest.mark.parametrize("who", ["public", "donor", "officer", "other"])
@pytest.mark.parametrize(("endpoint", "needs", "allowed"), PAGES)
def test_each_page_opens_for_its_people_only(visit, who, endpoint, needs, allowed):
    away = 303 if who == "public" or endpoint == "pledges.sign_up" else 404

    visit(who, endpoint, needs, expect=200 if who in allowed else away)


@pytest.mark.parametrize(("endpoint", "needs", "allowed"), PAGES)
def test_no_page_is_half_translated(browse, visit, endpoint, needs, allowed):
    browse.client.set_cookie("nc-lang", "en")

    page = visit(min(allowed), endpoint, needs)

    assert not page.says("Cam kết")
    assert not page.says("Nhà hảo tâm")


def test_what_happened_to_many_on_one_day_is_one_line(browse, session, lan, opened):
    for number in range(3):
        actions.reserve(session, opened.id, 1, cause="allocation", cause_id=f"n{number}")
    browse.sign_in(lan)

    page = browse.visit(browse.get("pledges.mine").link(_code(session, opened)))

    assert page.text.count("Ghép với nhu cầu đã xác minh") == 1
    assert page.says("đã ghép 3")
