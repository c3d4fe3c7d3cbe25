"""Small parts of a run: two at a time in one worker, each for itself."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.accounts.rules import SYSTEM
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.matching import actions
from app.matching.models import MatchRun
from tests.factories.cast import PROVINCE
from tests.worker.matching.working import claim, end_leases, is_whole, plan, stored, work
from worker import runner
from worker.jobs import shards

SOLVE = shards.snapshot.solve


@pytest.fixture
def split_run(province_run):
    """A run whose two small parts are due."""
    runner.do(claim())
    return province_run


def test_two_small_parts_are_solved_at_once(split_run, monkeypatch):
    meeting = threading.Barrier(2, timeout=30)

    def solve(seen, policy):
        meeting.wait()
        return SOLVE(seen, policy)

    monkeypatch.setattr(shards.snapshot, "solve", solve)
    runner.drain("match")

    assert is_whole(stored())


def test_large_parts_are_solved_one_by_one(province_run, monkeypatch):
    threads = set()

    def solve(seen, policy):
        threads.add(threading.current_thread())
        return SOLVE(seen, policy)

    monkeypatch.setattr("app.matching.actions.shards.SMALL_PART", 0)
    monkeypatch.setattr(shards.snapshot, "solve", solve)
    runner.drain("match")

    assert is_whole(stored())
    assert threads == {threading.main_thread()}


def test_a_part_whose_worker_died_is_done_alone(split_run, monkeypatch):
    at_once, most = [], []

    def solve(seen, policy):
        at_once.append(1)
        most.append(len(at_once))
        time.sleep(0.2)
        at_once.pop()
        return SOLVE(seen, policy)

    claim()
    end_leases()
    monkeypatch.setattr(shards.snapshot, "solve", solve)
    runner.drain("match")

    assert most == [1, 1]
    assert is_whole(stored())


def test_where_the_second_thread_can_claim_nothing_the_first_does_all(split_run, monkeypatch):
    claim_alike = runner._claim_alike

    def cut_off(first, *, last_first):
        if last_first:
            raise OperationalError("claim", None, Exception("away"))
        return claim_alike(first, last_first=last_first)

    monkeypatch.setattr(runner, "_claim_alike", cut_off)
    runner.drain("match")

    assert is_whole(stored())


def test_a_part_that_fails_takes_no_other_along(split_run, monkeypatch):
    def solve(seen, policy):
        if threading.current_thread() is threading.main_thread():
            raise MemoryError
        return SOLVE(seen, policy)

    monkeypatch.setattr(shards.snapshot, "solve", solve)
    runner.drain("match")

    assert stored().shards == ["done", "running"]
    monkeypatch.undo()
    _make_due()
    work()
    assert is_whole(stored())


def test_both_ways_find_the_same(split_run, monkeypatch):
    runner.drain("match")
    at_once, digest = plan(), _digest(split_run)
    with transaction() as session:
        session.execute(text("update proposal set state = 'superseded'"))
        again = actions.request_province_run(session, SYSTEM, [PROVINCE], now=now())
    monkeypatch.setattr("app.matching.actions.shards.SMALL_PART", 0)

    work()

    assert plan() == at_once
    assert _digest(again) == digest


def _digest(run_id):
    with transaction() as session:
        return session.get_one(MatchRun, run_id).digest


def _make_due():
    with transaction() as session:
        session.execute(text("update job set not_before = now() where state = 'pending'"))
