"""Runs through the worker: done once whatever kills it, and nothing by a worker that lost it."""

import os
import signal

import pytest
from sqlalchemy import event, func, select, text

from app.infra.database import bind, make_engine
from app.infra.jobs import Lane, LeaseLost, claim_next
from app.infra.models import Job
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.matching import actions, snapshot
from app.matching.models import MatchRun, Proposal, Unmatched
from tests.harness.database import settings_for
from worker import runner
from worker.jobs import matching

WARD = "00364"
NEEDS, UNITS = 7, 5


@pytest.fixture
def ward_to_match(session, make_open_need, make_line):
    for number in range(NEEDS):
        make_open_need(urgency=number % 3)
    make_line(units=UNITS)


@pytest.fixture
def asked(ward_to_match, session, app, cast):
    """A ward with seven needs and five units, and a run that was asked for; its id."""
    run_id = actions.request_run(session, cast.minh, WARD, now=now())
    session.commit()
    with app.app_context():
        yield run_id


def claim():
    with transaction() as session:
        return claim_next(session, Lane.MATCH)


def end_lease():
    with transaction() as session:
        session.execute(text("update job set lease_until = now() - interval '1 s'"))


def stored():
    """What stands in the tables: run states, proposals, unmatched rows, job states."""
    with transaction() as session:
        return (
            list(session.scalars(select(MatchRun.state))),
            session.scalar(select(func.count()).select_from(Proposal)),
            session.scalar(select(func.count()).select_from(Unmatched)),
            list(session.scalars(select(Job.state).where(Job.name == "run-matching"))),
        )


DONE = (["ready"], UNITS, NEEDS - UNITS, ["done"])


def test_a_run_is_solved_stored_and_certified(asked):
    outcome = runner.do(claim())

    assert outcome == "done"
    assert stored() == DONE
    with transaction() as session:
        run = session.get_one(MatchRun, asked)
        assert run.certified
        assert run.figures["proposed"] == UNITS
        assert len(run.digest) == 64


def test_a_run_delivered_twice_is_done_once(asked):
    runner.do(claim())
    with transaction() as session:
        session.execute(text("update job set state = 'pending'"))

    outcome = runner.do(claim())

    assert outcome == "already-done"
    assert stored() == DONE


@pytest.mark.parametrize("commit", [1, 2, 3, 4, 5])
def test_a_worker_killed_at_any_commit_leaves_a_run_that_is_done_once(
    asked, servers, monkeypatch, commit
):
    monkeypatch.setattr(matching, "CHUNK", 3)
    lease = claim()

    died = _die_at(commit, lease, servers)

    assert died == signal.SIGKILL
    assert stored()[0] == ["pending" if commit == 1 else "running"]
    end_lease()
    assert runner.do(claim()) == "done"
    assert stored() == DONE


def _die_at(commit, lease, servers):
    """Run the job in a process that kills itself just before its commit of that number."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    engine, seen = make_engine(settings_for(servers, role="nc_worker")), []
    bind(engine)

    def count(_connection):
        seen.append(1)
        if len(seen) == commit:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "commit", count)
    runner.do(lease)
    os._exit(0)


def test_a_worker_that_thaws_after_another_took_the_job_stores_nothing(asked):
    frozen = claim()
    with scoped({WARD}), transaction() as session:
        run, policy = actions.begin_run(session, asked)
    with scoped({WARD}):
        seen = matching._read(run, policy)
    result = snapshot.solve(seen, policy)
    end_lease()
    runner.do(claim())

    with scoped({WARD}), pytest.raises(LeaseLost):
        matching._store(frozen, run, result)
    with scoped({WARD}), pytest.raises(LeaseLost):
        matching.run_matching(frozen)

    assert stored() == DONE


def test_a_plan_without_proof_fails_the_run_and_keeps_the_older_proposals(
    asked, session, make_proposal
):
    older = make_proposal()
    session.commit()
    lease = claim()
    with transaction() as fresh:
        run, _policy = actions.begin_run(fresh, asked)

    outcome = matching._give_up(lease, run, "not-certified")

    assert outcome == "not-certified"
    with transaction() as fresh:
        assert fresh.get_one(MatchRun, asked).state == "failed"
        assert fresh.get_one(Proposal, older.id).state == "proposed"


def test_a_new_run_puts_the_older_one_and_its_undecided_proposals_aside(
    asked, session, make_proposal
):
    older = make_proposal()
    accepted = make_proposal(state="accepted")
    session.commit()

    runner.do(claim())

    with transaction() as fresh:
        assert fresh.get_one(MatchRun, older.run_id).state == "superseded"
        assert fresh.get_one(Proposal, older.id).state == "superseded"
        assert fresh.get_one(Proposal, accepted.id).state == "accepted"
        assert fresh.get_one(MatchRun, asked).figures["churn"]["before"] == 1


def test_what_came_again_is_the_same_need_with_the_same_line(
    ward_to_match, session, app, cast, make_line
):
    first = actions.request_run(session, cast.minh, WARD, now=now())
    session.commit()
    runner.do(claim())
    other, run = make_line(units=1, kind_code="nhu_yeu_pham"), session.get_one(MatchRun, first)
    moved = session.scalars(select(Proposal).where(Proposal.run_id == run.id)).first()
    moved.pledge_line_id = other.id
    actions.request_run(session, cast.minh, WARD, now=now())
    session.commit()

    while (lease := claim()) is not None:
        runner.do(lease)

    with transaction() as fresh:
        newest = select(MatchRun).where(MatchRun.state == "ready")
        churn = fresh.scalars(newest).one().figures["churn"]
    assert churn == {"before": UNITS, "kept": UNITS - 1, "moved": 1}


def test_a_dead_job_does_not_keep_the_ward_from_another_run(asked, session, cast):
    with transaction() as fresh:
        fresh.execute(text("update job set state = 'dead', lease_until = null"))

    with transaction() as fresh:
        again = actions.request_run(fresh, cast.minh, WARD, now=now())

    assert again != asked
    with transaction() as fresh:
        assert fresh.get_one(MatchRun, asked).state == "failed"


def test_the_same_rows_give_the_same_proposals_again(asked, cast):
    def proposed():
        with transaction() as session:
            rows = session.execute(
                select(Proposal.need_id, Proposal.pledge_line_id, Proposal.units, Proposal.rank)
                .where(Proposal.state == "proposed")
                .order_by(Proposal.rank)
            )
            return [tuple(row) for row in rows]

    runner.do(claim())
    first = proposed()
    with transaction() as session:
        actions.request_run(session, cast.tam, WARD, now=now())

    runner.do(claim())

    assert proposed() == first
