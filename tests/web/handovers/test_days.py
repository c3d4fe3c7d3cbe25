"""Planning a day on the pages: plan, invite, change, print, cancel."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.audit.models import AuditEvent
from app.handovers.models import Appointment, HandoverDay
from app.kernel.clock import now, today

TYPED = {
    "title": "Quà Tết tổ 12",
    "place": "Nhà văn hoá tổ 12",
    "starts": "08:00",
    "ends": "11:00",
}


@pytest.fixture
def typed():
    return TYPED | {"on": (today() + timedelta(days=3)).isoformat()}


@pytest.fixture
def officer(browse, cast):
    browse.sign_in(cast.minh)
    return browse


@pytest.fixture
def coming(make_day):
    start = now() + timedelta(days=3)
    return make_day(starts_at=start, ends_at=start + timedelta(hours=3), state="planned")


def test_an_officer_plans_a_day_and_invites_a_household(officer, session, typed, make_allocation):
    allocation = make_allocation()

    page = officer.follow(officer.submit(officer.get("handovers.new"), typed, to="/handovers/new"))
    assert "Trần Thị Thử" in page.text
    page = officer.follow(officer.submit(page, {"allocation": allocation.id}, to="/invite"))

    assert "Trần Thị Thử" in page.text
    assert "Đã mời 1 hộ" in page.text
    assert "sẽ nhắc 1 hộ" in page.text
    assert session.scalars(select(Appointment.allocation_id)).all() == [allocation.id]


def test_a_day_that_ends_before_it_begins_keeps_what_was_typed(officer, typed):
    page = officer.post("handovers.create", typed | {"ends": "07:00"}, expect=422)

    assert "Giờ kết thúc phải sau giờ bắt đầu" in page.text
    assert "Quà Tết tổ 12" in page.html


def test_a_day_in_the_past_is_refused_in_words(officer, typed):
    page = officer.post("handovers.create", typed | {"on": "2020-01-01"}, expect=422)

    assert "đã qua" in page.text


def test_inviting_nobody_says_so(officer, coming, make_allocation):
    make_allocation()

    page = officer.post("handovers.send_invitations", {}, day_id=coming.id, expect=422)

    assert "Hãy chọn ít nhất một dòng" in page.text


def test_a_stale_form_shows_both_versions_and_may_be_sent_knowingly(
    officer, session, coming, typed
):
    stale = officer.get("handovers.change", day_id=coming.id)
    officer.submit(officer.get("handovers.change", day_id=coming.id), typed, to="/change")

    page = officer.submit(stale, typed | {"place": "Sân trường"}, to="/change", expect=409)

    assert "vừa được người khác thay đổi" in page.text
    assert "Nhà văn hoá tổ 12" in page.text
    officer.submit(page, to="/change")
    session.expire_all()
    assert session.get(HandoverDay, coming.id).place == "Sân trường"


def test_cancelling_needs_a_reason(officer, session, coming):
    officer.post("handovers.cancel", {"version": "1"}, day_id=coming.id, expect=422)

    page = officer.get("handovers.show", day_id=coming.id)
    officer.submit(page, {"reason": "Mưa bão"}, to="/cancel")

    session.expire_all()
    assert session.get(HandoverDay, coming.id).state == "cancelled"


def test_printing_the_list_is_written_into_the_journal(officer, session, coming, make_allocation):
    officer.post(
        "handovers.send_invitations", {"allocation": make_allocation().id}, day_id=coming.id
    )

    for endpoint in ("signed_list", "posted_list", "slips"):
        address = officer.address(f"handovers.{endpoint}", day_id=coming.id)
        answer = officer.client.get(address)
        assert answer.data.startswith(b"%PDF")

    deeds = set(session.scalars(select(AuditEvent.action)))
    assert {"print-signed-list", "print-posted-list", "print-slips"} <= deeds


def test_another_wards_day_looks_missing(browse, cast, coming):
    browse.sign_in(cast.hoa)

    for endpoint in ("show", "change", "invite", "check_in", "signed_list"):
        browse.get(f"handovers.{endpoint}", day_id=coming.id, expect=404)


def test_helpers_and_approvers_see_no_plan_to_make(browse, cast, coming, make_actor):
    for who in (cast.tam, make_actor(Role.VOLUNTEER, ward_code="00364")):
        browse.sign_in(who)
        browse.get("handovers.index")
        browse.get("handovers.show", day_id=coming.id)
        browse.get("handovers.new", expect=404)
