"""Keeping what runs saw, and comparing policies over it; nothing here changes a proposal."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.dead_jobs import revive
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_id
from app.matching.models import PolicyComparison, RunSnapshot, ShardSnapshot
from app.matching.packing import packed
from app.matching.queries.policy import load_policy
from app.matching.queries.replays import comparison_for, newest_kept

FORGOTTEN_AT_ONCE = 500


def keep_input(session: Session, run_id: str, ward_code: str, document: bytes) -> None:
    """Keep what a run saw, once; a repeat after a crash keeps what the repeat saw."""
    values = {"run_id": run_id, "ward_code": ward_code, "body": packed(document)}
    statement = insert(RunSnapshot).values(values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[RunSnapshot.run_id], set_={"body": statement.excluded.body}
        )
    )


def forget_inputs(session: Session, *, before: datetime, parts_before: datetime) -> int:
    """Delete what runs and parts before those moments saw, some at once; how many there were.

    The newest of each ward stays however old it is, so that two policies can always be compared.
    Needs sight of all wards.
    """
    newer = aliased(RunSnapshot)
    replaced = (
        select(newer.run_id)
        .where(newer.ward_code == RunSnapshot.ward_code)
        .where(newer.created_at > RunSnapshot.created_at)
        .exists()
    )
    old = (
        select(RunSnapshot.run_id)
        .where(RunSnapshot.created_at < before, replaced)
        .order_by(RunSnapshot.created_at)
        .limit(FORGOTTEN_AT_ONCE)
    )
    old_parts = (
        select(ShardSnapshot.shard_id)
        .where(ShardSnapshot.created_at < parts_before)
        .order_by(ShardSnapshot.created_at)
        .limit(FORGOTTEN_AT_ONCE)
    )
    statements = (
        delete(RunSnapshot).where(RunSnapshot.run_id.in_(old)),
        delete(ShardSnapshot).where(ShardSnapshot.shard_id.in_(old_parts)),
    )
    return sum(
        rows_changed(session, statement.execution_options(synchronize_session=False))
        for statement in statements
    )


def request_comparison(session: Session, actor: Actor, version: int, *, now: datetime) -> str:
    """Ask how the newest past of the actor's wards would have gone by that version.

    Raises NotFound for an unknown version, DomainError("no-run-to-compare").
    """
    load_policy(session, version)
    run = newest_kept(session, actor)
    if run is None:
        raise DomainError("no-run-to-compare")
    comparison_id = new_id()
    values = {
        "id": comparison_id,
        "ward_code": run.ward_code,
        "run_id": run.id,
        "version": version,
        "against": load_policy(session).version,
        "requested_by": actor.account_id,
        "created_at": now,
    }
    session.execute(insert(PolicyComparison).values(values))
    job_id = enqueue(session, JobName.COMPARE_POLICIES, comparison_id, wards=run.ward_code)
    _set(session, comparison_id, {"job_id": job_id})
    subject = Subject("policy", str(version), run.ward_code)
    record(session, actor, "compare-policies", subject)
    return comparison_id


def go_on_comparing(session: Session, actor: Actor, comparison_id: str) -> None:
    """Let a worker take up a comparison again at which it gave up.

    Raises NotFound for one of other wards, Conflict("comparison-goes-on") if it has not stopped.
    """
    row = comparison_for(session, actor, comparison_id)
    if not revive(session, {JobName.COMPARE_POLICIES}, {comparison_id}):
        raise Conflict("comparison-goes-on")
    subject = Subject("policy", str(row.version), row.ward_code)
    record(session, actor, "restart-comparison", subject)


def store_comparison(
    session: Session, comparison_id: str, result: Mapping[str, object], *, now: datetime
) -> None:
    """Write down what would change."""
    _set(session, comparison_id, {"result": dict(result), "finished_at": now})


def fail_comparison(session: Session, comparison_id: str, failure: str, *, now: datetime) -> None:
    """Write down why nothing could be found out."""
    _set(session, comparison_id, {"failure": failure, "finished_at": now})


def _set(session: Session, comparison_id: str, values: Mapping[str, object]) -> None:
    session.execute(
        update(PolicyComparison)
        .where(PolicyComparison.id == comparison_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
