"""The day itself on a phone: find, hand over, take back, confirm; helpers see first names only."""

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.handovers.actions import invite
from app.handovers.models import Appointment, HandoverLine
from app.kernel.clock import now


@pytest.fixture
def day(make_day):
    return make_day()


@pytest.fixture
def invited(session, cast, day, make_allocation):
    """A household that is expected: its appointment."""
    invite(session, cast.minh, day.id, [make_allocation().id], now=now())
    return session.scalars(select(Appointment)).one()


@pytest.fixture
def helper(browse, make_actor):
    browse.sign_in(make_actor(Role.VOLUNTEER, "Vinh", ward_code="00364"))
    return browse


@pytest.fixture
def handed(helper, session, day, invited):
    """The line of what the helper handed over on the page."""
    page = helper.get("handovers.guest", day_id=day.id, appointment_id=invited.id)
    helper.submit(page, to="/check-in/")
    session.expire_all()
    return session.scalars(select(HandoverLine)).one()


def test_a_helper_finds_by_name_without_accents_and_hands_over(helper, session, day, invited):
    page = helper.get("handovers.check_in", day_id=day.id)
    page = helper.submit(page, {"words": "thu"}, to="/check-in", expect=200)
    assert invited.code in page.text

    page = helper.get("handovers.guest", day_id=day.id, appointment_id=invited.id)
    page = helper.follow(helper.submit(page, to="/check-in/"))

    assert f"Đã trao, mã {invited.code}" in page.text
    assert session.scalars(select(HandoverLine.received_by)).all() == ["household"]


def test_a_helper_reads_no_full_name_anywhere(helper, day, invited):
    values = {"day_id": day.id}

    for page in (
        helper.get("handovers.check_in", **values),
        helper.get("handovers.guest", appointment_id=invited.id, **values),
        helper.get("handovers.show", **values),
    ):
        assert "Trần" not in page.html
        assert "H-" not in page.text


def test_a_helper_sees_nobody_before_the_day_is_open(helper, session, day, invited):
    day.state = "planned"
    session.flush()

    page = helper.get("handovers.check_in", day_id=day.id)

    assert invited.code not in page.text
    helper.get("handovers.guest", day_id=day.id, appointment_id=invited.id, expect=404)


def test_a_proxy_without_a_name_is_asked_for_it(helper, day, invited):
    page = helper.get("handovers.guest", day_id=day.id, appointment_id=invited.id)

    page = helper.submit(page, {"receiver": "proxy"}, to="/check-in/", expect=422)

    assert "tên người nhận thay" in page.text


def test_goods_that_are_not_in_are_refused_with_what_to_do(
    helper, session, cast, day, make_allocation
):
    invite(session, cast.minh, day.id, [make_allocation(is_in=False).id], now=now())
    appointment = session.scalars(select(Appointment)).one()
    page = helper.get("handovers.guest", day_id=day.id, appointment_id=appointment.id)

    page = helper.submit(page, to="/check-in/", expect=422)

    assert "Hãy nhờ cán bộ phường ghi nhận tiếp nhận" in page.text
    assert session.scalars(select(HandoverLine)).all() == []


def test_what_was_handed_over_may_be_returned_with_a_reason(helper, session, day, handed):
    page = helper.get("handovers.guest", day_id=day.id, appointment_id=handed.appointment_id)

    helper.submit(page, {"reason": "Trao nhầm"}, to=f"/lines/{handed.id}/return")

    session.expire_all()
    assert session.get(HandoverLine, handed.id).reversed_reason == "Trao nhầm"


def test_a_return_without_a_reason_changes_nothing(helper, session, handed):
    helper.post("handovers.take_back", {"reason": ""}, line_id=handed.id, expect=422)

    session.expire_all()
    assert not session.get(HandoverLine, handed.id).reversed


def test_the_approver_confirms_in_bulk(browse, cast, session, handed):
    browse.sign_in(cast.tam)
    page = browse.get("handovers.to_confirm")
    assert "Trần Thị Thử" in page.text

    chosen = {"allocation": handed.allocation_id, "method": "phone-call"}
    page = browse.follow(browse.submit(page, chosen, to="/to-confirm"))

    assert "Không có phần quà nào chờ xác nhận" in page.text


def test_an_officer_cannot_confirm(browse, cast, handed):
    browse.sign_in(cast.minh)

    browse.get("handovers.to_confirm", expect=404)
