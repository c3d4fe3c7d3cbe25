"""A household is told in the way it last agreed to; silence is no agreement."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.handovers.actions.telling import invite_household
from app.households import actions as households
from app.households.queries import consents_of
from app.households.rules import ConsentDraft, ConsentMethod, ConsentPurpose
from app.kernel.clock import now
from app.notices.models import Notice

BY_PHONE, BY_CALL, BY_KNOCK = ("zalo", True), ("in-app", True), ("in-app", False)
MESSAGES = ConsentDraft(ConsentPurpose.MESSAGE, ConsentMethod.PAPER)


@pytest.fixture
def say(session, cast, make_household):
    """A household with a telephone that said these things one after the other."""

    def said(*words):
        household_id = make_household(phone="+84912345678")
        for word in words:
            if word in {"yes", "never"}:
                answer = replace(MESSAGES, agrees=word == "yes")
                households.give_consent(session, cast.minh, household_id, answer, now=now())
                continue
            [open_] = [c.id for c in consents_of(session, household_id) if not c.withdrawn_at]
            households.withdraw_consent(session, cast.minh, household_id, open_, now=now())
        return household_id

    return said


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ((), BY_CALL),
        (("yes",), BY_PHONE),
        (("yes", "no"), BY_KNOCK),
        (("never",), BY_KNOCK),
        (("never", "yes"), BY_PHONE),
        (("yes", "no", "yes"), BY_PHONE),
        (("yes", "no", "yes", "no"), BY_KNOCK),
    ],
)
def test_a_household_is_told_as_it_last_agreed(session, say, words, way):
    household_id = say(*words)

    told = invite_household(session, household_id, ("a1", "TR-AAAAAA"), now(), "Nhà văn hoá")

    notice = session.scalars(select(Notice)).one()
    assert (notice.channel, notice.number is not None) == way
    assert told is (way == BY_PHONE)


def test_agreeing_to_something_else_is_no_consent_to_messages(session, cast, make_household):
    household_id = make_household(phone="+84912345678")
    card = ConsentDraft(ConsentPurpose.SHOW_CARD, ConsentMethod.PAPER)
    households.give_consent(session, cast.minh, household_id, card, now=now())

    invite_household(session, household_id, ("a1", "TR-AAAAAA"), now(), "Nhà văn hoá")

    assert session.scalars(select(Notice.channel)).all() == ["in-app"]
