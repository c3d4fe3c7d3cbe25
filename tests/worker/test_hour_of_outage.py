"""A provider that is away for an hour, and a disk that is full: told once, later."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.infra.jobs import RETRY_AFTER
from app.infra.transaction import transaction
from tests.harness.providers import DOWN
from tests.harness.refusing import full_disk
from tests.worker.test_channels import lane, owe, provider, states

__all__ = ["lane", "provider"]
pytestmark = pytest.mark.usefixtures("database")
HOUR = 3600
PEOPLE = 12


def time_goes_on():
    """Whatever rests until later may be tried again."""
    with transaction() as session:
        session.execute(text("update channel_trouble set paused_until = now()"))
        session.execute(text("update notice set not_before = now() where state = 'queued'"))


def test_after_an_hour_without_any_provider_everybody_is_told_once(lane, provider):
    for turn in range(PEOPLE):
        phone = f"+8491234{turn:04}"
        owe(cause_id=f"c{turn}", recipient_id=f"h{turn}", phone=phone)
    provider.behave = [DOWN] * 1000
    spent, tries = 0, 0
    while spent < HOUR:
        lane()
        time_goes_on()
        spent += RETRY_AFTER[min(tries, len(RETRY_AFTER) - 1)]
        tries += 1
    assert not provider.taken

    provider.behave = []
    for _ in range(3):
        lane()
        time_goes_on()

    assert {state for _channel, state, _code in states()} <= {"sent", "failed"}
    assert sum(state == "sent" for _channel, state, _code in states()) == PEOPLE
    assert len(provider.taken) == PEOPLE


def test_a_full_disk_loses_and_doubles_nothing(lane, provider, servers):
    owe()

    with full_disk(servers), pytest.raises(OperationalError, match="No space left"):
        lane()
    assert not provider.calls

    lane()
    lane()
    assert [state for _channel, state, _code in states()] == ["sent"]
    assert len(provider.taken) == 1


def test_a_disk_that_fills_up_while_a_message_leaves_lets_it_leave_once(
    lane, provider, servers, monkeypatch
):
    owe()
    say = provider.answer

    def fills_up(path, *call):
        if path != "/message/template":
            return say(path, *call)
        monkeypatch.setattr(provider, "answer", say)
        provider.full = full_disk(servers)
        provider.full.__enter__()
        return say(path, *call)

    monkeypatch.setattr(provider, "answer", fills_up)
    with pytest.raises(OperationalError, match="No space left"):
        lane()
    provider.full.__exit__(None, None, None)
    with transaction() as session:
        session.execute(text("update job set lease_until = now() - interval '1 s'"))
        session.execute(text("update notice set lease_until = now() - interval '1 s'"))

    lane()
    time_goes_on()
    lane()

    # It was taken, and nobody wrote that down: a person asks before it is said again.
    assert [state for _channel, state, _code in states()] == ["uncertain"]
    assert [len(sent) for sent in provider.taken.values()] == [1]
