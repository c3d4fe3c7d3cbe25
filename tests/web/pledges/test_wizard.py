"""The wizard from the first question to the reference number."""

import re

import pytest

from app.accounts.rules import Role
from app.kernel.clock import today
from app.pledges.models import Donor, Pledge, PledgeLine
from tests.factories.pledges import stand_on


@pytest.fixture
def place(session, cast):
    """Ward A with its officer, and the kind that is pledged here."""
    stand_on(session)
    session.flush()
    return cast


@pytest.fixture
def lan(session, place, make_actor, make_donor):
    donor = make_donor()
    return make_actor(Role.DONOR, "Lan", donor_id=donor.id)


def _start(browse, **query):
    page = browse.get("pledges.new", **query)
    return browse.follow(browse.submit(page, {"kind": "qua_tet"}, to="/pledges/new"))


def _answer_all(browse):
    page = _start(browse)
    page = browse.follow(
        browse.submit(page, {"units": "1.200", "unit_value": "500k"}, to="/lines/0")
    )
    page = browse.follow(browse.submit(page, {"earmark": "anyone"}, to="/earmark"))
    return browse.follow(browse.submit(page, {}, to="/window"))


def test_a_donor_pledges_in_four_questions(browse, session, lan):
    browse.sign_in(lan)

    check = _answer_all(browse)
    sent = browse.follow(browse.submit(check, to="/send"))

    pledge = session.query(Pledge).one()
    line = session.query(PledgeLine).one()
    assert re.fullmatch(r"CK-[2-9A-Z]{6}", pledge.code)
    assert sent.says(pledge.code)
    assert (line.units, line.unit_value, line.state) == (1200, 500_000, "offered")


def test_a_visitor_keeps_the_draft_through_signing_up(browse, session, place):
    check = _answer_all(browse)

    page = browse.visit(check.link("Đăng ký"))
    person = {"name": "Lan Thử", "email": "lan@example.com", "password": "mua xuan tren doi che"}
    answer = browse.submit(page, person, to="/donors/sign-up")
    check = browse.follow(answer)
    browse.submit(check, to="/send")

    assert session.query(Donor).one().name == "Lan Thử"
    assert session.query(Pledge).one().donor_id == session.query(Donor).one().id


@pytest.mark.parametrize("units", ["0", "-1", "1,5", "1e9", "١٢٣", "10000000", "ba", ""])
def test_an_impossible_number_is_refused_and_kept(browse, place, units):
    page = _start(browse)

    answer = browse.submit(page, {"units": units}, to="/lines/0", expect=422)

    assert answer.says("Chưa gửi được")


def test_a_window_that_is_over_is_refused(browse, place):
    page = _start(browse)
    page = browse.follow(browse.submit(page, {"units": "5"}, to="/lines/0"))
    page = browse.follow(browse.submit(page, {"earmark": "anyone"}, to="/earmark"))

    days = {"available_from": "2020-01-01", "available_to": "2020-02-01"}
    answer = browse.submit(page, days, to="/window", expect=422)

    assert answer.says("Ngày cuối đã qua")


def test_the_count_of_fitting_needs_is_there_without_javascript(browse, place):
    page = _start(browse)

    assert page.says("nhu cầu")


def test_a_draft_of_somebody_is_missing_for_others(browse, session, lan, place):
    browse.sign_in(lan)
    page = _start(browse)
    path = page.response.request.path
    browse.sign_out()

    browse.visit(path, expect=404)


def test_a_sent_draft_leads_to_its_pledge(browse, lan):
    browse.sign_in(lan)
    check = _answer_all(browse)
    path = check.response.request.path
    browse.submit(check, to="/send")

    browse.visit(path, expect=303)


def test_staff_write_a_pledge_down_for_a_donor(browse, session, place):
    browse.sign_in(place.minh)
    page = browse.get("pledges.new_donor")
    person = {"name": "Công ty Thử", "kind": "business", "tax_code": "0100109106"}
    page = browse.follow(browse.submit(page, person | {"phone": "0912 345 678"}, to="/donors/new"))
    page = browse.follow(browse.submit(page, to="/pledge"))
    page = browse.follow(browse.submit(page, {"kind": "qua_tet"}, to="/kind"))
    page = browse.follow(browse.submit(page, {"units": "5"}, to="/lines/0"))
    page = browse.follow(browse.submit(page, {"earmark": "anyone"}, to="/earmark"))
    check = browse.follow(browse.submit(page, {}, to="/window"))
    browse.follow(browse.submit(check, to="/send-on-behalf"))

    pledge = session.query(Pledge).one()
    assert pledge.on_behalf
    assert pledge.created_by == place.minh.account_id
    assert pledge.available_from == today()
