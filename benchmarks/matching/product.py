"""The product's own path: a run asked for, solved by worker processes, stored and put in use."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy import select, text

from app.accounts.rules import SYSTEM
from app.catalogue.rules import fits
from app.infra.jobs import JobName, Lane, claim_next, enqueue
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now, today
from app.matching import actions
from app.matching.encoding import encode
from app.matching.models import MatchRun, Proposal
from app.matching.queries.policy import load_policy
from app.matching.queries.snapshots import read_snapshot
from app.matching.rules.snapshot import Scope
from app.matching.solver.engine import run
from app.matching.solver.plan import network_of
from app.matching.solving import problem_of
from benchmarks.matching.instances import generator
from benchmarks.matching.site import PROVINCE, Connection, Site, kind
from benchmarks.matching.yardsticks import one_cost
from worker import runner

ARRIVALS = 100
PAUSE_SECONDS = 0.002
ENDED = "a worker ended"
EMPTY = "truncate job, match_run, match_shard, match_quota, proposal, unmatched cascade"
GIVEN_UP = text(
    "update proposal set state = 'superseded' where need_id = :need and state = 'proposed'"
)
OUT = (
    (
        "copy (select n.*, h.group_id, s.state, s.valid_until from need n"
        " join household h on h.id = n.household_id left join standing s on s.id = n.standing_id"
        " where n.state = 'approved' and n.units > n.covered) to stdout (format csv)"
    ),
    (
        "copy (select household_id, string_agg(distinct kind, ',') from standing"
        " where state = 'approved' group by household_id) to stdout (format csv)"
    ),
    "copy (select * from pledge_line l join pledge p on p.id = l.pledge_id) to stdout (format csv)",
)
STORED = {
    "proposal": "ward_code, need_id, pledge_line_id, units, rank, reason",
    "unmatched": "ward_code, need_id, pledge_line_id, units, reason",
}


@dataclass(frozen=True, slots=True)
class Whole:
    """One run. seconds: from the request to its being current; plan: who gets what."""

    run_id: str
    seconds: float
    peak_mb: float
    state: str
    plan: tuple[tuple[str, str, int], ...]


def run_whole(site: Site, workers: int, *, by_ward: bool) -> Whole:
    """Ask for a run and let so many worker processes do it, on tables without any other run."""
    with _connected(site) as connection:
        connection.execute(EMPTY)
    with _workers(site, workers) as crew, scoped({"*"}):
        with transaction() as session:
            if by_ward:
                run_id = actions.request_nightly_run(session, site.wards[0], now=now()) or ""
            else:
                run_id = actions.request_province_run(session, SYSTEM, [PROVINCE], now=now())
        started = time.perf_counter()
        for worker in crew:
            print(run_id, file=worker.stdin, flush=True)
        _wait_until_over(site, run_id, crew)
        seconds = time.perf_counter() - started
        answers = [json.loads(_line(worker)) for worker in crew]
        with transaction(read_only=True) as session:
            state = session.scalar(select(MatchRun.state).where(MatchRun.id == run_id)) or ""
            rows = select(Proposal.need_id, Proposal.pledge_line_id, Proposal.units)
            plan = tuple(sorted((r[0], r[1], r[2]) for r in session.execute(rows)))
    peak = max(float(answer["peak_mb"]) for answer in answers)
    return Whole(run_id, seconds, peak, state, plan)


@contextmanager
def _workers(site: Site, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    with ExitStack() as stack:
        crew = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "benchmarks.matching.labour"],
                    env={**os.environ, **site.environment},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(count)
        ]
        for worker in crew:
            _line(worker)
        try:
            yield crew
        finally:
            for worker in crew:
                if worker.stdin is not None:
                    worker.stdin.close()


def _line(worker: subprocess.Popen[str]) -> str:
    found = worker.stdout.readline() if worker.stdout is not None else ""
    if not found:
        raise RuntimeError(ENDED)
    return found


@contextmanager
def _connected(site: Site) -> Iterator[Connection]:
    with psycopg.connect(site.address) as connection:
        yield connection


def _wait_until_over(site: Site, run_id: str, crew: Sequence[subprocess.Popen[str]]) -> None:
    """Ask until whoever opens the run's page would see its end; its workers have other work then.

    A question takes the server a tenth of a millisecond. Raises RuntimeError if a worker ends.
    """
    with psycopg.connect(site.address, autocommit=True) as connection:
        asked = "select 1 from match_run where id = %s and state in ('pending', 'running')"
        while connection.execute(asked, [run_id]).fetchone() is not None:
            if any(worker.poll() is not None for worker in crew):
                raise RuntimeError(ENDED)
            time.sleep(PAUSE_SECONDS)


def raw_seconds(site: Site, whole: Whole) -> float:
    """The same rows out and in by COPY alone, and OR-Tools alone on the ready networks."""
    with _connected(site) as connection:
        ready = {table: _rows_of(connection, table, whole) for table in STORED}
        connection.execute("delete from proposal")
        connection.execute("delete from unmatched")
        connection.commit()
        started = time.perf_counter()
        for statement in OUT:
            with connection.cursor().copy(statement) as copy:
                b"".join(bytes(part) for part in copy)
        for table, columns in STORED.items():
            with connection.cursor().copy(f"copy {table} (run_id, {columns}) from stdin") as copy:
                copy.write(ready[table])
        connection.commit()
        moved = time.perf_counter() - started
    return moved + _engine_seconds(site)


def _rows_of(connection: Connection, table: str, whole: Whole) -> bytes:
    rows = f"copy (select run_id, {STORED[table]} from {table} where run_id = '{whole.run_id}')"
    with connection.cursor().copy(f"{rows} to stdout") as copy:
        return b"".join(bytes(part) for part in copy)


def _engine_seconds(site: Site) -> float:
    seconds = 0.0
    for category in range(len(generator.FLOW)):
        with scoped({"*"}), transaction(read_only=True) as session:
            policy = load_policy(session).rules
            scope = Scope(frozenset(site.wards), today(), kind_code=kind(category))
            seen = read_snapshot(session, scope, policy)
        encoded = encode(seen, seen.kinds[kind(category)], policy, fits)
        network = network_of(problem_of(encoded, policy))
        cost = one_cost(network)
        started = time.perf_counter()
        run(network.arcs, cost, network.supply)
        seconds += time.perf_counter() - started
    return seconds


def pledge_milliseconds(site: Site) -> list[float]:
    """From the commit that asks for a pledge's placing until its proposals are stored."""
    with scoped({"*"}):
        _finish_waiting_work()
        return [_placed(JobName.PLACE_PLEDGE, arrived, site) for arrived in _late_pledges()]


def need_milliseconds(site: Site) -> list[float]:
    """From the commit that asks for an urgent need's placing until its proposals are stored."""
    found = []
    with scoped({"*"}):
        _finish_waiting_work()
        for arrived in _served_needs():
            with transaction() as session:
                # What it gets is free again, as if it had only just been approved.
                session.execute(GIVEN_UP, {"need": arrived})
            found.append(_placed(JobName.PLACE_NEED, arrived, site))
    return found


def _finish_waiting_work() -> None:
    """Do what a run has left to do, such as its price: a lane's jobs come in their order."""
    while True:
        with transaction() as session:
            lease = claim_next(session, Lane.MATCH)
        if lease is None:
            return
        runner.do(lease)


def _placed(name: JobName, arrived: str, site: Site) -> float:
    with transaction() as session:
        started = time.perf_counter()
        enqueue(session, name, arrived, wards=site.wards[0])
    with transaction() as session:
        lease = claim_next(session, Lane.MATCH)
    if lease is None or lease.name is not name:
        message = f"{name} was to come next"
        raise RuntimeError(message)
    if runner.do(lease) != "done":
        message = f"{name} proposed nothing"
        raise RuntimeError(message)
    return 1000 * (time.perf_counter() - started)


def _served_needs() -> list[str]:
    """Needs for which units are proposed, projects aside: those are paid in shares."""
    statement = (
        "select p.need_id from proposal p join need n on n.id = p.need_id"
        " join support_kind k on k.code = n.kind_code where p.state = 'proposed'"
        " and k.model <> 'project' group by 1 order by md5(p.need_id) limit :most"
    )
    with transaction() as session:
        return list(session.scalars(text(statement), {"most": ARRIVALS}))


def _late_pledges() -> list[str]:
    """Pledges that nothing proposes, as if they had just arrived: a tenth of the units free."""
    statement = (
        "select distinct pledge_id from pledge_line where id not in"
        " (select pledge_line_id from proposal where state = 'proposed') order by 1 limit :most"
    )
    with transaction() as session:
        # What an earlier run proposes of these is given up, so that there is room to place them.
        session.execute(
            text(
                "update proposal set state = 'superseded' where pledge_line_id in"
                " (select id from pledge_line order by md5(id) limit :most)"
            ),
            {"most": ARRIVALS},
        )
        return list(session.scalars(text(statement), {"most": ARRIVALS}))
