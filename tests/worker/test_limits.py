"""A person is told as they wish: not what they turned off, one message a day, so many a month."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.notices import actions, queries
from app.notices.models import Notice
from app.notices.rules import MOST_A_MONTH, Channel, Topic
from tests.factories.cast import WARD_A, WARD_B
from tests.integration.notices.test_actions import draft
from worker.jobs import notice_refusals
from worker.runner import drain

# No appointment stands behind it: that it is called off stays true.
CANCELLED = {"code": "TR-AAAAAA", "at": now(), "place": "Nhà văn hoá", "cancelled": True}
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def lane(settings, monkeypatch):
    app = Flask("worker")
    app.config["NC"] = replace(settings, sms_url="console:")
    monkeypatch.setattr(notice_refusals, "send_at", lambda moment, _channel: moment)

    def run():
        with app.app_context(), scoped({"*"}):
            drain("notify")

    return run


def owe(cause_id="c1", **changes):
    facts = {"on": now().date(), "ward": "phường Vạn Thắng", "phone": "0258 3800 000"}
    values = {
        "template": "insurance-renewal",
        "cause": "test",
        "cause_id": cause_id,
        "recipient_kind": "holder",
        "parameters": facts,
        "personal": {"name": "Tím"},
    }
    with transaction() as session:
        return actions.owe(session, draft(**{**values, **changes}))


def notices():
    with transaction(read_only=True) as session:
        return session.scalars(select(Notice).order_by(Notice.id)).all()


def rows():
    return [(n.channel, n.state, n.last_error) for n in notices()]


def stop(notice_id, topic):
    with transaction() as session:
        for whom in queries.whom_of(session, notice_id):
            actions.opt_out(session, whom, topic, "test")


def test_who_turned_a_topic_off_is_not_told_about_it(lane):
    stop(owe(), Topic.INSURANCE)

    lane()

    assert rows() == [("zalo", "skipped", "opted-out")]


def test_a_wish_holds_for_the_number_on_every_list(lane):
    stop(owe(), Topic.INSURANCE)
    owe("c2", recipient_id="another-list")

    lane()

    assert [state for _channel, state, _error in rows()] == ["skipped", "skipped"]


def test_who_turned_invitations_off_is_told_by_voice(lane):
    with transaction() as session:
        invitation = actions.owe(session, draft(parameters=CANCELLED, recipient_kind="holder"))
    stop(invitation, Topic.VISITS)

    lane()

    assert rows() == [("zalo", "skipped", "opted-out"), ("in-app", "sent", None)]


def test_a_second_message_of_the_day_waits_for_the_morning(lane):
    owe("c1")
    owe("c2")

    lane()

    assert [(c, s) for c, s, _error in rows()] == [
        ("zalo", "failed"),
        ("zalo", "queued"),
        ("sms", "sent"),
    ]
    with transaction() as session:
        assert session.scalar(text("select min(not_before) from job where state = 'pending'")) > (
            now() + timedelta(minutes=1)
        )


def test_a_wards_pause_keeps_its_messages_and_no_other_wards(lane, session, cast):
    session.commit()
    with transaction() as own:
        actions.let_pause(own, cast.minh, Channel.ZALO, "Mẫu tin sai", now=now())
    owe("here")
    owe("elsewhere", ward_code=WARD_B, phone="+84900000002", recipient_id="h2")

    lane()

    told = [(row.ward_code, row.state) for row in notices() if row.channel == "zalo"]
    assert told == [(WARD_A, "queued"), (WARD_B, "failed")]


def test_an_urgent_message_does_not_wait(lane):
    owe()
    with transaction() as session:
        actions.owe(session, draft(parameters=CANCELLED, recipient_kind="holder"))

    lane()

    assert rows()[-1][:2] == ("sms", "sent")


def test_a_telephone_gets_so_many_a_month(lane):
    for turn in range(MOST_A_MONTH):
        owe(f"c{turn}")
    with transaction() as session:
        earlier = now() - timedelta(days=3)
        session.execute(update(Notice).values(state="sent", channel="sms", sent_at=earlier))
    owe("last")

    lane()

    assert rows()[-1] == ("zalo", "skipped", "month-full")
