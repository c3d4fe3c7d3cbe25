"""Match runs: read a snapshot, solve outside of any transaction, store under the job's fence."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from app.infra.jobs import Lease
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now, today
from app.matching import actions, snapshot
from app.matching.queries.policy import load_policy
from app.matching.queries.runs import RunToDo
from app.matching.queries.snapshots import read_snapshot
from app.matching.rules.policy import PolicyRules
from app.matching.rules.results import ProposalDraft, RunResult, UnmatchedDraft
from app.matching.rules.snapshot import Scope, Snapshot
from app.matching.solver import BadProblem, CannotSolve

CHUNK = 5_000


def run_matching(lease: Lease) -> str:
    """Solve one requested run.

    1. Claim the run and clear what an attempt that died left; 2. read one snapshot;
    3. solve, outside; 4. store in chunks, each under the fence; 5. make the run current, put
    older ones aside and close the job in one transaction. Killed anywhere it is done again from
    1; a thawed worker fails at its next fence and stores nothing. A cancelled run is noticed at
    the next chunk. An unproven plan fails the run.
    Time limit: the lane's half hour. Swept by the lane's relay.
    """
    with transaction() as session:
        lease.renew(session, 0)
        begun = actions.begin_run(session, lease.arg)
        if begun is None:
            lease.finish(session)
            return "already-done"
    run, policy = begun
    try:
        result = snapshot.solve(_read(run, policy), policy)
    except (CannotSolve, BadProblem):
        return _give_up(lease, run, "cannot-solve")
    if not result.certified:
        return _give_up(lease, run, "not-certified")
    return _store(lease, run, result)


def _read(run: RunToDo, policy: PolicyRules) -> Snapshot:
    with transaction(read_only=True, repeatable=True) as session:
        return read_snapshot(session, Scope(frozenset({run.ward_code}), today()), policy)


def _give_up(lease: Lease, run: RunToDo, failure: str) -> str:
    """Trying again would fail again: end the run; the older proposals stay."""
    with transaction() as session:
        actions.fail_run(session, run.id, failure, now=now())
        lease.finish(session)
    return failure


def _store(lease: Lease, run: RunToDo, result: RunResult) -> str:
    """Store in chunks; the last one, with the run's end, in the transaction that closes the job."""
    total = len(result.proposals) + len(result.unmatched)
    *before, last = _chunks(result)
    done = 0
    for proposals, unmatched in before:
        done += len(proposals) + len(unmatched)
        with transaction() as session:
            lease.renew(session, done, total)
            if not actions.still_running(session, run.id):
                lease.finish(session)
                return "run-over"
            actions.store_chunk(session, run.id, proposals, unmatched)
    with transaction() as session:
        lease.renew(session, total, total)
        is_wanted = actions.still_running(session, run.id)
        if is_wanted:
            actions.store_chunk(session, run.id, *last)
            actions.keep_input(session, run.id, run.ward_code, result.document)
            actions.finish_run(session, run, result, now=now())
        lease.finish(session)
    return "done" if is_wanted else "run-over"


def _chunks(
    result: RunResult,
) -> Iterator[tuple[Sequence[ProposalDraft], Sequence[UnmatchedDraft]]]:
    """What a run found in parts of so many rows; a ward's as a rule in one."""
    if len(result.proposals) + len(result.unmatched) <= CHUNK:
        yield result.proposals, result.unmatched
        return
    for start in range(0, len(result.proposals), CHUNK):
        yield result.proposals[start : start + CHUNK], ()
    for start in range(0, len(result.unmatched), CHUNK):
        yield (), result.unmatched[start : start + CHUNK]


class _Rehearsed(Exception):
    """The rehearsal went well, and nothing of it shall stay."""


def warm_up() -> None:
    """Read, solve and store nothing once: statements are compiled then and the engine is loaded.

    About 0.2 s once a worker, which each of its forks would otherwise take again.
    """
    nobody = Scope(frozenset(), today())
    with transaction(read_only=True, repeatable=True) as session:
        policy = load_policy(session).rules
        seen = read_snapshot(session, nobody, policy)
        read_snapshot(session, Scope(frozenset(), today(), pledge_id="-"), policy)
        for kind in sorted(seen.kinds)[:1]:
            read_snapshot(session, Scope(frozenset(), today(), kind_code=kind), policy)
    snapshot.solve(seen, policy)
    with suppress(_Rehearsed), scoped({actions.NOWHERE}), transaction() as session:
        actions.rehearse(session, now=now())
        raise _Rehearsed


def request_nightly_runs(lease: Lease) -> str:
    """Ask for the night's runs, of whole provinces that want it and of each other ward.

    One transaction closes the job with it, so it happens once.
    """
    with transaction() as session:
        asked = actions.request_the_nights_runs(session, now=now())
        lease.finish(session)
    return f"asked:{asked}"
