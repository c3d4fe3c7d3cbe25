"""Messages through providers on their bad days: told once, or known to be in doubt."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.accounts.rules import SYSTEM
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.notices import actions, queries
from app.notices.models import Notice
from tests.harness.providers import DOWN, LOST, provider_server
from tests.integration.notices.test_actions import draft
from worker.jobs import notice_refusals
from worker.runner import drain

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def provider():
    with provider_server() as running:
        yield running


@pytest.fixture
def lane(settings, provider, monkeypatch):
    """Send what is due, at once by eSMS and Zalo of our own server, at any hour."""
    here = f"127.0.0.1:{provider.port}"
    app = Flask("worker")
    app.config["NC"] = replace(
        settings,
        sms_url=f"esms://key:secret@{here}?brandname=NHIPCAU",
        zalo_url=f"zalo://app-1:app-secret@{here}?oauth={here}&templates=handed-over.300"
        "&refresh_token=refresh-1",
    )
    monkeypatch.setattr(notice_refusals, "send_at", lambda moment, _channel: moment)
    provider.access = "access-0"

    def run():
        with transaction() as session:
            session.execute(text("update job set not_before = now() where state = 'pending'"))
        with app.app_context(), scoped({"*"}):
            drain("notify")

    return run


def owe(phone="+84912345678", **changes):
    facts = {"pledge_code": "CK-AAAAAA", "pledge_id": "p1", "on": now()}
    values = {
        "template": "handed-over",
        "cause": "test",
        "recipient_kind": "holder",
        "recipient_id": "h1",
        "email": None,
        "phone": phone,
        "parameters": facts,
        "personal": {},
    }
    with transaction() as session:
        return actions.owe(session, draft(**{**values, **changes}))


def states():
    with transaction(read_only=True) as session:
        rows = session.scalars(select(Notice).order_by(Notice.id))
        return [(n.channel, n.state, n.delivery_code) for n in rows]


def test_a_template_message_goes_once_and_renews_its_token(lane, provider):
    owe()

    lane()
    lane()

    assert states() == [("zalo", "sent", None)]
    assert len(provider.renewals) == 1
    assert [len(sent) for sent in provider.taken.values()] == [1]


def test_a_number_without_zalo_is_told_by_sms(lane, provider):
    owe()
    provider.behave = [-118]

    lane()

    assert states() == [("zalo", "failed", "number-without-zalo"), ("sms", "sent", None)]


def test_zalo_without_money_pauses_until_somebody_opens_it(lane, provider):
    owe()
    provider.behave = [-115]
    lane()

    assert states() == [("zalo", "queued", None)]
    with transaction(read_only=True) as session:
        [pause] = queries.pauses(session, now=now())
    assert (pause.code, pause.until) == ("no-balance", None)

    lane()
    assert len(provider.calls) == 1
    with transaction() as session:
        actions.open_channel(session, SYSTEM, pause.channel)
    lane()
    assert states() == [("zalo", "sent", None)]


def test_an_sms_whose_answer_was_lost_is_asked_back_and_arrives_once(lane, provider):
    owe()
    provider.behave = [-118, LOST]

    lane()
    lane()

    assert states()[1][:2] == ("sms", "sent")
    assert len([key for key in provider.taken if key.startswith("nc-")]) == 1


def test_a_zalo_message_whose_answer_was_lost_waits_for_a_person(lane, provider):
    owe()
    provider.behave = [LOST]

    lane()
    lane()

    assert states() == [("zalo", "uncertain", None)]
    assert [len(sent) for sent in provider.taken.values()] == [1]


def test_five_failures_in_a_minute_let_a_channel_rest(lane, provider):
    for turn in range(5):
        owe(cause_id=f"c{turn}", recipient_id=f"h{turn}")
    provider.behave = [DOWN] * 50

    lane()
    calls = len(provider.calls)
    lane()

    assert len(provider.calls) == calls
    with transaction(read_only=True) as session:
        assert queries.pauses(session, now=now())[0].until is not None


def test_a_report_is_believed_once_and_never_goes_back(lane):
    notice_id = owe()
    lane()

    with transaction() as session:
        key = f"nc-{notice_id}"
        first = actions.note_delivery(session, key, "zalo-received", arrived=True, now=now())
        again = actions.note_delivery(session, key, "zalo-received", arrived=True, now=now())
        late = actions.note_delivery(session, key, "esms-5", arrived=False, now=now())

    assert (first, again, late) == (True, False, False)
    assert states() == [("zalo", "delivered", "zalo-received")]


def test_a_report_on_no_message_of_ours_changes_nothing(lane):
    notice_id = owe()
    lane()

    with transaction() as session:
        session.execute(update(Notice).values(provider_id_sent="other"))
        for key in (f"nc-{notice_id}", "nc-", "nc-²", "nc-" + "9" * 30, ""):
            assert not actions.note_delivery(session, key, "x", arrived=True, now=now())
