"""Doing the match lane's jobs in this process, killing them, and seeing what is stored."""

import os
import signal
import threading
from types import SimpleNamespace

from sqlalchemy import event, func, select, text

from app.infra.database import bind, make_engine
from app.infra.jobs import Lane, claim_next
from app.infra.models import Job
from app.infra.transaction import scoped, transaction
from app.matching.models import MatchRun, MatchShard, Proposal, Unmatched
from tests.harness.database import settings_for
from worker import runner

KINDS = ("qua_tet", "nhu_yeu_pham")


def claim():
    with transaction() as session:
        return claim_next(session, Lane.MATCH)


def work():
    """Do all that is due; what each job answered."""
    answers = []
    while (lease := claim()) is not None:
        answers.append((lease.name, runner.do(lease)))
    return answers


def end_leases():
    with transaction() as session:
        session.execute(text("update job set lease_until = now() - interval '1 s'"))


def stored():
    with transaction() as session:
        return SimpleNamespace(
            run=session.scalar(select(MatchRun.state).where(MatchRun.ward_code.is_(None))),
            shards=sorted(session.scalars(select(MatchShard.state))),
            proposals=session.scalar(select(func.count()).select_from(Proposal)),
            unmatched=session.scalar(select(func.count()).select_from(Unmatched)),
            jobs=set(session.scalars(select(Job.state).where(Job.lane == "match"))),
        )


def is_whole(found):
    return found == SimpleNamespace(
        run="ready", shards=["done", "done"], proposals=8, unmatched=4, jobs={"done"}
    )


def plan():
    """Who gets what by the current proposals."""
    with transaction() as session:
        rows = select(Proposal.need_id, Proposal.pledge_line_id, Proposal.units).where(
            Proposal.state == "proposed"
        )
        return sorted(tuple(row) for row in session.execute(rows))


def at_once(*calls):
    """Run these in threads of their own that see all wards; waits for them."""

    def one(call):
        with scoped({"*"}):
            call()

    threads = [threading.Thread(target=one, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def die_at(commit, lease, servers):
    """Run the job in a process that kills itself just before its writing commit of that number."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    engine, seen = make_engine(settings_for(servers, role="nc_worker")), []
    bind(engine)

    def count(connection):
        if connection.get_execution_options().get("postgresql_readonly"):
            return
        seen.append(1)
        if len(seen) == commit:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "commit", count)
    runner.do(lease)
    os._exit(0)
