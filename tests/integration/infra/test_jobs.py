"""Work as rows: claimed once, fenced, given back, taken from the dead."""

import threading

import pytest
from sqlalchemy import text

from app.infra.batches import claim_alike
from app.infra.dead_jobs import try_again
from app.infra.jobs import (
    JobName,
    Lane,
    LeaseLost,
    claim_next,
    enqueue,
    lanes_with_due_work,
    progress_of,
    release,
)
from app.infra.transaction import scoped, transaction


def _owe(arg="x", **kwargs):
    with transaction() as session:
        return enqueue(session, JobName.SWEEP, arg, **kwargs)


def _claim():
    with transaction() as session:
        return claim_next(session, Lane.HOUSEKEEPING)


def test_a_job_is_claimed_by_one_of_many(database):
    _owe()
    won, barrier = [], threading.Barrier(8)

    def try_claim():
        with scoped({"*"}):
            barrier.wait()
            if lease := _claim():
                won.append(lease)

    threads = [threading.Thread(target=try_claim) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]

    assert len(won) == 1


def test_jobs_alike_are_claimed_from_the_first_or_from_the_last(database):
    first, *others = (_owe(str(n)) for n in range(4))
    lease = _claim()

    with transaction() as session:
        (last,) = claim_alike(session, lease, 1, last_first=True)
        (second,) = claim_alike(session, lease, 1)

    assert (lease.job_id, second.job_id, last.job_id) == (first, others[0], others[-1])


def test_a_job_rolled_back_was_never_owed(database):
    with pytest.raises(ZeroDivisionError), transaction() as session:
        enqueue(session, JobName.SWEEP, "x")
        raise ZeroDivisionError

    assert _claim() is None


def test_a_repeated_dedupe_key_owes_nothing_more(database):
    first, second = _owe(dedupe_key="k"), _owe(dedupe_key="k")

    assert first is not None
    assert second is None


def test_a_thawed_worker_stores_nothing(database):
    job_id = _owe()
    frozen = _claim()
    with transaction() as session:
        session.execute(text("update job set lease_until = now() - interval '1 second'"))
    taker = _claim()

    with pytest.raises(LeaseLost), transaction() as session:
        frozen.finish(session)

    assert taker.fence == frozen.fence + 1
    with transaction() as session:
        taker.finish(session)
        assert progress_of(session, job_id).state == "done"


def test_a_failed_job_waits_before_it_is_due_again(database):
    _owe()
    lease = _claim()
    with transaction() as session:
        release(session, lease, "OSError")

    assert _claim() is None
    with transaction() as session:
        session.execute(text("update job set not_before = now()"))
        assert lanes_with_due_work(session) == [Lane.HOUSEKEEPING]


def test_a_job_dies_after_its_last_attempt_and_a_person_can_revive_it(database):
    job_id = _owe(max_attempts=1)
    lease = _claim()
    with transaction() as session:
        release(session, lease, "OSError")
        assert progress_of(session, job_id).state == "dead"

    with transaction() as session:
        assert try_again(session, job_id, None)

    assert _claim().job_id == job_id
