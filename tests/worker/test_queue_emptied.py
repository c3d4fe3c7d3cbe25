"""Redis emptied again and again while a site works: nothing is lost, and nothing is done twice."""

import time

import pytest
from redis import Redis
from sqlalchemy import select

from app.households import actions as households
from app.households.models import Household, HouseholdImport
from app.infra.invariants import broken
from app.infra.models import Job
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.matching import actions as matching
from app.matching.models import MatchRun, Proposal
from app.notices import actions as notices
from app.notices.models import Notice
from app.notices.rules import Topic
from tests.harness.letterbox import letterbox
from tests.harness.site import WORKERS, site
from tests.worker.job_cases import LIST, WARD, count

LETTERS, NEEDS, UNITS = 40, 6, 4
FLUSHES = 3


@pytest.fixture
def work(session, database, cast, make_open_need, make_line):
    """A run, a list and forty letters, all owed before anybody works; the list's id."""
    for number in range(NEEDS):
        make_open_need(urgency=number % 3)
    make_line(units=UNITS)
    matching.request_run(session, cast.minh, WARD, now=now())
    upload = households.Upload("list.csv", LIST.encode())
    import_id = households.start_import(session, cast.minh, WARD, upload, now=now())
    households.ask_for_check(session, import_id, WARD)
    # A morning's digest of what waits would be a letter more.
    for person in (cast.minh, cast.tam, cast.quan):
        notices.choose_topics(session, person, {Topic.DIGEST})
    for number in range(LETTERS):
        notices.owe(session, _letter(number))
    session.commit()
    return import_id


def _letter(number):
    return notices.NoticeDraft(
        template="handed-over", cause="test", cause_id=str(number), recipient_kind="donor",
        recipient_id="d1", ward_code=None, language="vi", email=f"lan{number}@example.com",
        parameters={"pledge_code": "CK-AAAAAA", "pledge_id": "p1", "on": now()},
    )  # fmt: skip


@pytest.mark.slow
def test_an_emptied_queue_loses_nothing_and_does_nothing_twice(servers, work, cast):
    with letterbox(seconds=0.05) as box, site(servers, *WORKERS, SMTP_URL=box.url) as running:
        flushes = _empty_while(servers, lambda: len(box.letters) < LETTERS)
        running.wait(lambda: _state_of(work) == "checked", 60, "the list to be judged")
        with transaction() as session:
            households.request_commit(session, cast.minh, work)
        flushes += _empty_while(servers, lambda: _waiting() > 0)

    assert flushes >= FLUSHES
    assert sorted(letter["To"] for letter in box.letters) == _addresses()
    with scoped({"*"}), transaction(read_only=True) as session:
        assert set(session.scalars(select(Job.state))) == {"done"}
        assert set(session.scalars(select(Notice.state))) == {"sent"}
        # The scheduler may have caught up with last night's run besides.
        assert count(session, MatchRun, MatchRun.trigger == "ward") == 1
        assert count(session, Proposal, Proposal.state == "proposed") == UNITS
        assert count(session, Household, Household.import_id == work) == LIST.count("\n") - 1
        assert broken(session) == []


def _addresses():
    return sorted(f"lan{number}@example.com" for number in range(LETTERS))


def _empty_while(servers, still, *, seconds=90):
    """Empty Redis every fifth of a second while something goes on; how often it held anything."""
    until, emptied = time.monotonic() + seconds, 0
    with Redis.from_url(servers.redis_url) as queue:
        while still() and time.monotonic() < until:
            emptied += queue.dbsize() > 0
            queue.flushall()
            time.sleep(0.2)
    return emptied


def _waiting():
    with scoped({"*"}), transaction(read_only=True) as session:
        return count(session, Job, Job.state.in_(("pending", "running")))


def _state_of(import_id):
    with scoped({"*"}), transaction(read_only=True) as session:
        return session.get_one(HouseholdImport, import_id).state
