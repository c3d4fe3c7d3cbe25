"""Consent is asked again as a message leaves: what was taken back meanwhile is told by voice."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.households import actions as households
from app.households.queries import consents_of
from app.households.rules import ConsentDraft, ConsentMethod, ConsentPurpose
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.notices import actions
from app.notices.models import Notice
from tests.integration.notices.test_actions import draft
from worker.jobs import notice_refusals
from worker.runner import drain

# No appointment stands behind it: that it is called off stays true.
CANCELLED = {"code": "TR-AAAAAA", "at": now(), "place": "Nhà văn hoá", "cancelled": True}
MESSAGES = ConsentDraft(ConsentPurpose.MESSAGE, ConsentMethod.PAPER)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def owed(session, cast, make_household):
    """A message that a household which agreed is owed; calls give whom it is for."""
    household_id = make_household(phone="+84912345678")
    households.give_consent(session, cast.minh, household_id, MESSAGES, now=now())
    session.commit()
    with transaction() as own:
        actions.owe(own, draft(parameters=CANCELLED, recipient_id=household_id))
    return household_id


@pytest.fixture
def take_back(cast, owed):
    """Take the household's consent back."""
    with scoped({"00364"}), transaction() as own:
        [consent] = consents_of(own, owed)
        households.withdraw_consent(own, cast.minh, owed, consent.id, now=now())


@pytest.fixture
def leave(settings, monkeypatch):
    """Send all that is owed; returns channel, state, error, and whether there is a number."""
    app = Flask("worker")
    app.config["NC"] = replace(settings, sms_url="console:")
    monkeypatch.setattr(notice_refusals, "send_at", lambda moment, _channel: moment)

    def run():
        with app.app_context(), scoped({"*"}):
            drain("notify")
        with transaction(read_only=True) as own:
            found = own.scalars(select(Notice).order_by(Notice.id)).all()
            return [(n.channel, n.state, n.last_error, n.number is not None) for n in found]

    return run


def test_a_household_that_agreed_is_told_by_phone(owed, leave):
    assert [row[:2] for row in leave()] == [("zalo", "failed"), ("sms", "sent")]


def test_consent_taken_back_before_it_leaves_makes_it_a_knock(owed, take_back, leave):
    assert leave() == [
        ("zalo", "skipped", "consent-withdrawn", True),
        ("in-app", "sent", None, False),
    ]


def test_a_no_said_before_it_leaves_makes_it_a_knock(cast, owed, take_back, leave):
    with scoped({"00364"}), transaction() as own:
        no = replace(MESSAGES, agrees=False)
        households.give_consent(own, cast.minh, owed, no, now=now())

    assert leave() == [
        ("zalo", "skipped", "consent-refused", True),
        ("in-app", "sent", None, False),
    ]
