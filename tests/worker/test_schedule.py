"""The scheduler twice, killed at its commit, asleep for days: each due moment is one job."""

import os
import signal
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from app.infra.database import bind, make_engine
from app.infra.models import Job, Tick
from app.infra.transaction import scoped, transaction
from app.kernel.clock import VIETNAM
from tests.harness.database import settings_for
from worker.schedule import PERIODIC, Daily, tick

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
DAILY = {name.value for name, rhythm in PERIODIC.items() if isinstance(rhythm, Daily)}


def _jobs():
    with transaction(read_only=True) as session:
        return Counter(session.scalars(select(Job.name)))


def test_of_two_schedulers_at_the_same_moment_one_owes_each_job(database):
    both, barrier = [], threading.Barrier(2)

    def beat():
        with scoped({"*"}):
            barrier.wait()
            both.append(tick(NOON))

    schedulers = [threading.Thread(target=beat) for _ in range(2)]
    for scheduler in schedulers:
        scheduler.start()
    for scheduler in schedulers:
        scheduler.join()

    assert sum(both) == len(PERIODIC)
    assert _jobs() == Counter(name.value for name in PERIODIC)


@pytest.mark.parametrize("commit", range(1, len(PERIODIC) + 1))
def test_what_a_killed_scheduler_did_not_commit_the_other_does(servers, database, commit):
    child = os.fork()
    if not child:
        _beat_and_die(settings_for(servers, role="nc_worker"), commit)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL

    left = tick(NOON)

    assert left == len(PERIODIC) - (commit - 1)
    assert _jobs() == Counter(name.value for name in PERIODIC)


def _beat_and_die(settings, commit):
    engine, seen = make_engine(settings), []
    bind(engine)

    def counted(_connection):
        seen.append(1)
        if len(seen) == commit:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "commit", counted)
    tick(NOON)


def test_days_asleep_are_caught_up_with_one_job_each(database):
    tick(NOON - timedelta(days=3))

    tick(NOON)

    assert {name: count for name, count in _jobs().items() if name in DAILY} == dict.fromkeys(
        DAILY, 2
    )
    with transaction(read_only=True) as session:
        moments = session.scalars(select(Tick.due_at).where(Tick.name.in_(DAILY))).all()
    days = {moment.astimezone(VIETNAM).date() for moment in moments}
    assert days == {NOON.date(), (NOON - timedelta(days=3)).date()}


def test_a_daily_job_is_due_from_its_hour_in_vietnam():
    seven = Daily(hour=7)

    before = seven.due_at(datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    after = seven.due_at(datetime(2026, 11, 23, 0, 0, tzinfo=UTC))

    assert after - before == timedelta(days=1)
    assert after == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
