"""A message is told once, whatever happens to the worker that is telling it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.infra.models import Job
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.notices import actions, queries
from app.notices.models import Notice
from tests.harness.database import FIELD_KEY, SECRET
from tests.harness.letterbox import letterbox as letterbox_of_its_own
from tests.integration.notices.test_actions import draft

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def letterbox():
    with letterbox_of_its_own() as box:
        yield box


@pytest.fixture
def work(servers, database, letterbox):
    """Start a real worker process; with a step, return when it stands there."""
    env = {
        **os.environ,
        "NHIPCAU_ENV": "test",
        "DATABASE_URL": servers.database_url,
        "DATABASE_ROLE": "nc_worker",
        "REDIS_URL": servers.redis_url,
        "SECRET_KEY": SECRET,
        "FIELD_KEYS": FIELD_KEY,
        "INDEX_KEY": SECRET,
        "SMTP_URL": letterbox.url,
        "PYTHONPATH": str(ROOT),
    }

    def start(step=None, marker=None):
        command = [sys.executable, str(ROOT / "tests/worker/dying_worker.py")]
        if step is None:
            return subprocess.run(command, env=env, check=True, timeout=60)
        process = subprocess.Popen([*command, step, str(marker)], env=env)
        until = time.monotonic() + 60
        while not marker.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert marker.exists()
        return process

    return start


@pytest.fixture
def owed(database):
    """A letter that is owed: its notice's id."""
    with transaction() as session:
        return actions.owe(
            session,
            draft(
                template="handed-over",
                cause="test",
                recipient_kind="donor",
                recipient_id="d1",
                email="lan@example.com",
                phone=None,
                parameters={"pledge_code": "CK-AAAAAA", "pledge_id": "p1", "on": now()},
                personal={},
            ),
        )


def let_the_lease_end():
    with transaction() as session:
        session.execute(text("update job set lease_until = now() - interval '1 second'"))
        session.execute(text("update job set not_before = now() where state = 'pending'"))


def notice_of(notice_id):
    with transaction(read_only=True) as session:
        return queries.outgoing(session, notice_id)


@pytest.fixture
def killed_at(work, tmp_path):
    """Kill a real worker when it stands at a step, and let its lease end."""

    def kill(step):
        process = work(step, tmp_path / "here")
        process.send_signal(signal.SIGKILL)
        process.wait()
        let_the_lease_end()

    return kill


# step at which the worker dies -> letters that arrive in all, and what is known in the end
DEATHS = {
    "before-claim": (1, "sent"),
    "before-send": (0, "uncertain"),
    "before-record": (1, "uncertain"),
}


@pytest.mark.slow
@pytest.mark.parametrize("step", DEATHS)
def test_a_killed_worker_never_makes_a_second_letter(killed_at, work, letterbox, owed, step):
    killed_at(step)

    work()
    work()

    assert (len(letterbox.letters), notice_of(owed).state) == DEATHS[step]
    with transaction(read_only=True) as session:
        assert [job.state for job in session.scalars(select(Job))] == ["done"]


def test_a_letter_arrives_in_both_forms_under_our_id(work, letterbox, owed):
    work()

    assert notice_of(owed).last_error is None
    [letter] = letterbox.letters
    assert letter["To"] == "lan@example.com"
    assert letter["Message-ID"] == f"<nc-{owed}@example.com>"
    parts = [part.get_content_type() for part in letter.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    assert "CK-AAAAAA" in letter.get_payload(0).get_payload(decode=True).decode()


def test_what_the_server_puts_off_is_sent_later(work, letterbox, owed):
    letterbox.refuse = "451 later"
    work()
    assert notice_of(owed).state == "queued"
    letterbox.refuse = None
    let_the_lease_end()

    work()

    assert notice_of(owed).state == "sent"
    assert len(letterbox.letters) == 1


def test_what_the_server_refuses_for_good_is_given_to_the_inbox(work, letterbox, owed):
    letterbox.refuse = "554 no"

    work()

    with transaction(read_only=True) as session:
        rows = session.scalars(select(Notice).order_by(Notice.id)).all()
        assert [(n.channel, n.state) for n in rows] == [("email", "failed"), ("in-app", "sent")]


def test_a_letter_that_was_sent_is_not_sent_again_by_a_second_wake_up(work, letterbox, owed):
    work()
    with transaction() as session:
        session.execute(text("update job set state = 'pending', not_before = :n"), {"n": now()})

    work()

    assert len(letterbox.letters) == 1
