"""Many notices share their commits, and still each is told once, and none holds up another."""

from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.infra.batches import claim_alike
from app.infra.jobs import Lane, claim_next
from app.infra.models import Job
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.notices import actions
from app.notices.channels import NotTaken
from app.notices.channels.local import Console
from app.notices.models import Notice
from tests.integration.notices.test_actions import draft
from worker import runner
from worker.jobs import notice_refusals, notices

pytestmark = pytest.mark.usefixtures("database")
MANY = 12
LETTER = {
    "template": "handed-over",
    "cause": "test",
    "recipient_kind": "donor",
    "phone": None,
    "personal": {},
}


@pytest.fixture
def lane(settings, monkeypatch):
    """The application in whose context notices are sent, by a provider that knows an id again."""
    app = Flask("worker")
    app.config["NC"] = replace(settings, sms_url="console:")
    monkeypatch.setattr(notice_refusals, "send_at", lambda moment, _channel: moment)
    monkeypatch.setattr(notices, "adapter_for", lambda _channel, _settings: Console())
    with app.app_context():
        yield


def owe(number):
    parameters = {"pledge_code": "CK-AAAAAA", "pledge_id": "p1", "on": "2026-11-23"}
    values = {"cause_id": f"c{number}", "recipient_id": f"d{number}", "parameters": parameters}
    with transaction() as session:
        return actions.owe(session, draft(**LETTER, **values, email="lan@example.com"))


@pytest.fixture
def owed(lane):
    return [owe(number) for number in range(MANY)]


@pytest.fixture
def calls(monkeypatch):
    """Every call that the provider got: the notice's key."""
    made, deliver = [], Console.deliver

    def noted(self, letter):
        made.append(letter.key)
        return deliver(self, letter)

    monkeypatch.setattr(Console, "deliver", noted)
    return made


def claimed(most=MANY - 1):
    with transaction() as session:
        first = claim_next(session, Lane.NOTIFY)
        return [first, *claim_alike(session, first, most)]


def states(table=Notice):
    with scoped({"*"}), transaction(read_only=True) as session:
        return dict(session.execute(select(table.state, func.count()).group_by(table.state)).all())


def test_many_are_claimed_with_the_first_but_none_that_was_tried_before(owed):
    with transaction() as session:
        session.execute(text("update job set attempts = 1 where arg = :arg"), {"arg": str(owed[3])})

    leases = claimed()

    assert {int(lease.arg) for lease in leases} == {*owed} - {owed[3]}
    assert len({lease.job_id for lease in leases}) == len(leases)


def test_all_of_a_batch_go_once(owed, calls):
    assert runner.drain("notify") == MANY

    assert Counter(calls) == Counter(f"nc-{notice_id}" for notice_id in owed)
    assert (states(), states(Job)) == ({"sent": MANY}, {"done": MANY})


def test_a_call_that_fails_ends_the_batch_and_costs_no_other_an_attempt(owed, monkeypatch):
    def refused(_self, _letter):
        raise NotTaken("away")

    monkeypatch.setattr(Console, "deliver", refused)

    runner.do_batch(claimed())

    assert states() == {"queued": MANY}
    with transaction(read_only=True) as session:
        attempts = session.scalars(select(Job.attempts)).all()
    assert (sum(attempts), states(Job)) == (1, {"pending": MANY})


def test_what_cannot_be_checked_holds_up_no_other(owed, calls, monkeypatch):
    holds = notices.still_holds

    def broken(session, notice):
        if notice.id == owed[4]:
            raise ZeroDivisionError
        return holds(session, notice)

    monkeypatch.setattr(notices, "still_holds", broken)

    runner.do_batch(claimed())

    assert states() == {"sent": MANY - 1, "queued": 1}
    assert len(calls) == MANY - 1


def test_a_batch_that_was_taken_over_stores_nothing_a_second_time(owed, calls):
    leases = claimed()
    with transaction() as session:
        session.execute(text("update job set lease_until = now() - interval '1 second'"))
    runner.drain("notify")

    runner.do_batch(leases)

    assert len(calls) == MANY
    assert (states(), states(Job)) == ({"sent": MANY}, {"done": MANY})


def test_what_may_have_left_is_not_said_to_have_stayed_when_it_holds_no_more(
    owed, calls, monkeypatch
):
    claimed()
    with transaction() as session:
        actions.claim_notices(session, owed, base_url="http://localhost", now=now())
        session.execute(text("update job set lease_until = now() - interval '1 second'"))
    monkeypatch.setattr(notices, "still_holds", lambda _session, _notice: False)

    runner.drain("notify")

    assert calls == []
    assert (states(), states(Job)) == ({"uncertain": MANY}, {"done": MANY})


def test_letters_whose_server_knows_no_id_go_one_by_one(owed, monkeypatch):
    sending = []

    class Forgetful(Console):
        @property
        def dedupes(self):
            return False

        def deliver(self, _letter):
            sending.append(states()["sending"])
            return "taken"

    forgetful = object.__new__(Forgetful)
    monkeypatch.setattr(notices, "adapter_for", lambda _channel, _settings: forgetful)

    runner.do_batch(claimed())

    assert sending == [1] * MANY
    assert states() == {"sent": MANY}
