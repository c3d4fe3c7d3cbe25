"""Runs over provinces: split, each part solved by a job of its own, merged at the end."""

from collections.abc import Callable

from app.infra.jobs import Lease
from app.infra.transaction import Session, transaction
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.matching import actions, snapshot
from app.matching.queries.shards import ShardToDo, quotas_of, wards_in
from app.matching.queries.snapshots import read_snapshot
from app.matching.rules.policy import PolicyRules
from app.matching.rules.snapshot import Scope, Snapshot
from app.matching.solver import BadProblem, CannotSolve


def split_run(lease: Lease) -> str:
    """Make a run's parts and their jobs, in one transaction that closes this job too.

    Killed before its commit it is done anew; delivered again it finds the run begun.
    """
    with transaction() as session:
        lease.renew(session, 0)
        parts = actions.split_run(session, lease.arg)
        lease.finish(session)
    return "run-over" if parts is None else f"parts:{parts}"


def solve_shard(lease: Lease) -> str:
    """Solve one part of a run.

    1. Claim it, unless its run is over; 2. read one snapshot of its provinces and kind;
    3. solve, outside; 4. store all it found and close part and job in one transaction, under the
    fence. Killed anywhere, this part alone is done again from 1; a thawed worker stores nothing.
    An unproven plan fails the whole run. Time limit: the lane's half hour. Swept by the relay.
    """
    with transaction() as session:
        lease.renew(session, 0)
        begun = actions.begin_shard(session, lease.arg)
        if begun is None:
            lease.finish(session)
            return "run-over"
    shard, policy = begun
    try:
        if shard.province_code is None:
            quotas = snapshot.quotas(_seen(shard, policy), policy)
            return _end(lease, lambda s: actions.store_quotas(s, shard, quotas, now=now()))
        # Kept by no name: what was seen is gone from memory before what was found is stored.
        result = snapshot.solve(_seen(shard, policy), policy)
    except (CannotSolve, BadProblem):
        return _give_up(lease, shard, "cannot-solve")
    if not result.certified:
        return _give_up(lease, shard, "not-certified")
    return _end(lease, lambda s: actions.store_shard(s, shard, result, now=now()))


def _seen(shard: ShardToDo, policy: PolicyRules) -> Snapshot:
    with transaction(read_only=True, repeatable=True) as session:
        wards = wards_in(session, shard.covers)
        seen = read_snapshot(session, Scope(wards, shard.on, kind_code=shard.kind_code), policy)
        if not shard.by_quota:
            return seen
        quotas = quotas_of(session, shard.run_id, shard.province_code or "")
    return snapshot.within(seen, quotas)


def _end(lease: Lease, store: Callable[[Session], None]) -> str:
    try:
        with transaction() as session:
            lease.renew(session)
            store(session)
            lease.finish(session)
    except Conflict:
        return _run_over(lease)
    return "done"


def _run_over(lease: Lease) -> str:
    """The run was cancelled or fenced while this part was solved: nothing of it is kept."""
    with transaction() as session:
        lease.finish(session)
    return "run-over"


def _give_up(lease: Lease, shard: ShardToDo, failure: str) -> str:
    """Trying again would fail again: end part and run; the older proposals stay."""
    with transaction() as session:
        actions.fail_shard(session, shard, failure, now=now())
        actions.fail_run(session, shard.run_id, failure, now=now())
        lease.finish(session)
    return failure


def merge_run(lease: Lease) -> str:
    """Check the parts of a run against each other and put it in use, in one transaction.

    Killed before its commit it is done anew; delivered again it finds the run in use.
    """
    with transaction() as session:
        lease.renew(session, 0)
        outcome = actions.merge_run(session, lease.arg, now=now())
        lease.finish(session)
    return outcome
