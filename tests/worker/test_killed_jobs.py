"""Every kind of job, killed with -9 before each of its commits: what it was to do is done once."""

import os
import signal

import pytest
from sqlalchemy import event, select

from app.infra.database import bind, make_engine
from app.infra.invariants import broken
from app.infra.jobs import JobName
from app.infra.models import Job
from app.infra.transaction import scoped, transaction
from tests.harness.database import settings_for
from tests.worker.job_cases import CASES
from tests.worker.taking import work_off
from worker import runner
from worker.registry import HANDLERS

SURVIVED = 0
DEATHS = [(name, at) for name, case in CASES.items() for at in range(1, case.deaths + 1)]


@pytest.fixture
def die_before(servers):
    """Do a job in a process that is killed just before its commit of that number."""

    def die(lease, commit):
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1]
        _do_and_die(settings_for(servers, role="nc_worker"), lease, commit)
        os._exit(SURVIVED)

    return die


def _do_and_die(settings, lease, commit):
    engine, seen = make_engine(settings), []
    bind(engine)

    def counted(_connection):
        seen.append(1)
        if len(seen) == commit:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "commit", counted)
    runner.do(lease)


def test_every_kind_of_job_has_a_function_and_a_case():
    assert set(HANDLERS) == set(JobName)
    assert set(CASES) == set(JobName)


@pytest.mark.parametrize(("name", "commit"), DEATHS)
def test_a_killed_job_is_done_once(owed_job, die_before, name, commit):
    lease, facts = owed_job(name)

    assert die_before(lease, commit) == signal.SIGKILL
    work_off(name)

    with scoped({"*"}), transaction(read_only=True) as session:
        assert facts(session) == CASES[name].facts
        job = session.scalars(select(Job).where(Job.id == lease.job_id)).one()
        assert (job.state, job.attempts) == ("done", 2)
        assert broken(session) == []


@pytest.mark.parametrize("name", CASES)
def test_no_commit_of_a_job_is_left_out(owed_job, die_before, name):
    lease, facts = owed_job(name)

    assert die_before(lease, CASES[name].deaths + 1) == SURVIVED

    work_off(name)
    with scoped({"*"}), transaction(read_only=True) as session:
        assert facts(session) == CASES[name].facts
