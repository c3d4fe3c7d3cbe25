"""A worker that stands still past its lease is overtaken, and stores nothing when it goes on.

Whatever it was about to do: each kind of job is frozen before each of its transactions, with
every thread of its process, so that nothing renews its lease.
"""

import os
import signal
from contextlib import suppress

import pytest
from sqlalchemy import event, select, update

from app.infra.database import bind, make_engine
from app.infra.invariants import broken
from app.infra.jobs import JobName, Lease
from app.infra.models import Job
from app.infra.transaction import scoped, transaction
from tests.harness.database import settings_for
from tests.worker.job_cases import CASES
from tests.worker.taking import work_off
from worker import runner

# A list is entered by one transaction; what it tells meanwhile are transactions within it.
WITHIN = {JobName.COMMIT_HOUSEHOLD_IMPORT: 3}
FREEZES = [
    (name, turn)
    for name, case in CASES.items()
    for turn in range(1, case.deaths + 1 - WITHIN.get(name, 0))
]
WENT_ON = 0


@pytest.fixture
def freeze_before(servers):
    """Do a job in a process that stands still before its transaction of that number."""
    frozen = []

    def freeze(lease, turn, plant=None):
        child = os.fork()
        if not child:
            _do_and_freeze(settings_for(servers, role="nc_worker"), lease, turn, plant)
        frozen.append(child)
        assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
        return child

    yield freeze
    for child in frozen:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _do_and_freeze(settings, lease, turn, plant):
    """Never returns: the process is over when the job is."""
    code = 1
    try:
        engine, begun, running = make_engine(settings), [], []
        bind(engine)
        if plant:
            plant()

        def begin(connection):
            if not running:
                begun.append(connection)
                if len(begun) == turn:
                    os.kill(os.getpid(), signal.SIGSTOP)
            running.append(connection)

        event.listen(engine, "begin", begin)
        for over in ("commit", "rollback"):
            event.listen(engine, over, lambda _connection: running.pop())
        runner.do(lease)
        code = WENT_ON
    finally:
        os._exit(code)


def thaw(child):
    """Let it go on to its end; how it ended."""
    os.kill(child, signal.SIGCONT)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def stored(lease, facts):
    """The facts, the job, and what is broken."""
    with scoped({"*"}), transaction(read_only=True) as session:
        job = session.scalars(select(Job).where(Job.id == lease.job_id)).one()
        return facts(session), (job.state, job.attempts), broken(session)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "turn"), FREEZES)
def test_a_frozen_job_is_done_by_another_and_stores_nothing_when_it_thaws(
    owed_job, freeze_before, name, turn
):
    lease, facts = owed_job(name)
    child = freeze_before(lease, turn)

    work_off(name)
    by_another = stored(lease, facts)
    ended = thaw(child)

    assert by_another == (CASES[name].facts, ("done", 2), [])
    assert ended == WENT_ON
    assert stored(lease, facts) == by_another


def _ignore_the_fence():
    """Whoever once held a job closes it, as if it were theirs."""

    def finish(lease, session):
        session.execute(update(Job).where(Job.id == lease.job_id).values(state="done"))

    Lease.finish = finish
    Lease.renew = lambda _lease, _session, _done=None, _total=None: None


@pytest.mark.parametrize("name", [JobName.PLACE_PLEDGE, JobName.PLACE_NEED])
def test_without_the_fence_what_thaws_is_stored_twice(owed_job, freeze_before, name):
    lease, facts = owed_job(name)
    child = freeze_before(lease, CASES[name].deaths, _ignore_the_fence)

    work_off(name)
    by_another = stored(lease, facts)
    thaw(child)

    assert by_another == (CASES[name].facts, ("done", 2), [])
    assert stored(lease, facts) != by_another
