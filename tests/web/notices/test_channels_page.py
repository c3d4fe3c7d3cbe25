"""Channels that pause: who let them, why, what waits, and how messages go again."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.audit.models import AuditEvent
from app.kernel.clock import now
from app.notices import actions, queries
from app.notices.models import ChannelTrouble
from app.notices.rules import Channel
from tests.factories.cast import WARD_B
from tests.integration.notices.test_actions import draft

TOKEN = "r" * 60


@pytest.fixture(autouse=True)
def demo(app):
    settings = app.config["NC"]
    app.config["NC"] = replace(settings, environment="demo")
    yield
    app.config["NC"] = settings


@pytest.fixture
def admin(make_actor):
    return make_actor(Role.SYSTEM_ADMIN, "Biển")


def _deeds(session):
    session.expire_all()
    return session.scalars(select(AuditEvent.action)).all()


def test_a_channel_that_paused_by_itself_says_why_and_is_opened(browse, cast, session):
    actions.owe(session, draft())
    actions.pause_channel(session, Channel.ZALO, "no-balance", now=now())
    browse.sign_in(cast.minh)
    assert "Kênh gửi tin đang tạm dừng" in browse.get("desk.show").text

    page = browse.get("notices.channels")
    assert "Tài khoản gửi tin đã hết tiền." in page.text
    assert "Hệ thống tạm dừng từ" in page.text
    assert "1 tin đang chờ gửi." in page.text
    browse.submit(page, to="/notices/channels/zalo/open")

    assert queries.pauses(session, now=now()) == []
    assert "open-channel" in _deeds(session)
    assert "Kênh gửi tin đang tạm dừng" not in browse.get("desk.show").text


def test_a_person_lets_a_channel_pause_with_a_reason(browse, cast, session):
    browse.sign_in(cast.minh)

    browse.post("notices.pause_channel", {"reason": "Mẫu tin sai"}, channel="sms")

    page = browse.get("notices.channels")
    assert "Minh tạm dừng từ" in page.text
    assert "Lý do: Mẫu tin sai" in page.text
    assert "pause-channel" in _deeds(session)
    browse.post("notices.pause_channel", {"reason": "Nữa"}, channel="sms", expect=409)


def test_a_pause_needs_a_reason(browse, cast, session):
    browse.sign_in(cast.minh)

    browse.post("notices.pause_channel", {"reason": ""}, channel="sms", expect=422)

    assert queries.pauses(session, now=now()) == []


def test_a_pause_by_a_person_may_follow_failures_that_only_rest(browse, cast, session):
    actions.note_trouble(session, Channel.SMS, "server-trouble", now=now())
    browse.sign_in(cast.minh)

    browse.post("notices.pause_channel", {"reason": "Nhà mạng báo bảo trì"}, channel="sms")

    [pause] = queries.ward_pauses(session, ["00364"])
    assert (pause.channel, pause.until) == (Channel.SMS, None)


def test_a_wards_pause_is_its_own_and_its_staff_end_it(browse, cast, make_actor, session):
    browse.sign_in(cast.tam)
    browse.post("notices.pause_channel", {"reason": "Mẫu tin sai"}, channel="sms")
    page = browse.get("notices.channels")
    browse.sign_in(make_actor(Role.WARD_APPROVER, "Xa", ward_code=WARD_B))
    other = browse.get("notices.channels")
    browse.post("notices.open_channel", channel="sms", expect=409)
    browse.sign_in(cast.tam)
    browse.submit(browse.get("notices.channels"), to="/notices/channels/sms/open")

    assert "Dừng tin của phường mình. Lý do: Mẫu tin sai" in page.text
    assert "Mẫu tin sai" not in other.text
    assert queries.ward_pauses(session, ["00364"]) == []


def test_what_an_operator_lets_pause_for_all_a_ward_cannot_open(browse, cast, admin, session):
    browse.sign_in(admin)
    browse.post("notices.pause_channel", {"reason": "Đổi nhà mạng"}, channel="sms")
    browse.sign_in(cast.tam)

    page = browse.get("notices.channels")

    assert "Dừng tin của mọi phường. Lý do: Đổi nhà mạng" in page.text
    assert "chỉ người quản trị mở lại được" in page.text
    browse.post("notices.open_channel", channel="sms", expect=409)
    assert [pause.channel for pause in queries.pauses(session, now=now())] == [Channel.SMS]


def test_an_operator_reads_which_wards_paused_a_channel_for_themselves(browse, cast, admin):
    browse.sign_in(cast.tam)
    browse.post("notices.pause_channel", {"reason": "Mẫu tin sai"}, channel="sms")
    browse.sign_in(admin)

    page = browse.get("notices.channels")

    assert "Phường tự tạm dừng kênh" in page.text
    assert "Mẫu tin sai" in page.text
    assert "Tâm" in page.text
    browse.sign_in(cast.hoa)
    assert "Mẫu tin sai" not in browse.get("notices.channels").text


def test_an_operator_reads_that_no_ward_paused(browse, admin):
    browse.sign_in(admin)

    assert "Không phường nào tự tạm dừng" in browse.get("notices.channels").text


def test_the_desk_counts_a_wards_own_pause(browse, cast, session):
    browse.sign_in(cast.minh)
    browse.post("notices.pause_channel", {"reason": "Mẫu tin sai"}, channel="sms")

    assert "Kênh gửi tin đang tạm dừng" in browse.get("desk.show").text


def test_a_new_token_is_kept_encrypted_and_opens_zalo(browse, admin, session):
    actions.pause_channel(session, Channel.ZALO, "token-refused", now=now())
    browse.sign_in(admin)

    browse.post("notices.enter_token", {"refresh_password": TOKEN})

    assert actions.lock_tokens(session, "zalo", first="").refresh == TOKEN
    assert queries.access_token(session, "zalo") == ""
    assert session.scalars(select(ChannelTrouble)).all() == []
    assert "enter-channel-token" in _deeds(session)


@pytest.mark.parametrize("typed", ["", "short", "has a space " + TOKEN])
def test_what_is_no_token_is_refused_and_not_shown_again(browse, admin, typed):
    browse.sign_in(admin)

    page = browse.post("notices.enter_token", {"refresh_password": typed}, expect=422)

    assert TOKEN not in page.html


def test_an_officer_enters_no_token(browse, cast):
    browse.sign_in(cast.minh)

    browse.post("notices.enter_token", {"refresh_password": TOKEN}, expect=404)


def test_the_inbox_is_no_channel_to_pause(browse, cast):
    browse.sign_in(cast.minh)

    browse.post("notices.pause_channel", {"reason": "x"}, channel="in-app", expect=404)
