"""Keeping what runs saw, and comparing policies over it; nothing here changes a proposal."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import cast

from sqlalchemy import TableClause, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
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
from app.matching.queries.comparisons import (
    PastChoice,
    comparison_for,
    parts_of_past,
    pasts_to_choose,
)
from app.matching.queries.policy import load_policy
from app.matching.queries.shards import wards_in
from app.matching.rules.policy_versions import ComparisonDraft

FORGOTTEN_AT_ONCE = 500


def keep_input(session: Session, run_id: str, ward_code: str, document: bytes) -> None:
    """Keep what a run saw, once; a repeat after a crash keeps what the repeat saw."""
    body = packed(document)
    session.execute(_keeping(), {"run_id": run_id, "ward_code": ward_code, "body": body})


@cache
def _keeping() -> Insert:
    # The table itself: the mapped class would take the parameters for rows of its own.
    statement = insert(cast("TableClause", RunSnapshot.__table__)).values(
        run_id=bindparam("run_id"), ward_code=bindparam("ward_code"), body=bindparam("body")
    )
    return statement.on_conflict_do_update(
        index_elements=[RunSnapshot.run_id], set_={"body": statement.excluded.body}
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


def request_comparison(
    session: Session, actor: Actor, draft: ComparisonDraft, *, now: datetime
) -> str:
    """Ask how a past would have gone by one version instead of another; returns its id.

    Raises NotFound for an unknown version, DomainError("no-run-to-compare").
    """
    version = load_policy(session, draft.version).version
    other = load_policy(session, draft.against).version
    pasts = pasts_to_choose(session, actor)
    chosen = next((one for one in pasts if draft.past in {None, one.key}), None)
    if chosen is None:
        raise DomainError("no-run-to-compare")
    comparison_id = new_id()
    parts = parts_of_past(session, chosen)
    values = {
        "id": comparison_id,
        "ward_code": chosen.ward_code,
        "province_code": chosen.province_code,
        "run_id": chosen.run_id,
        "parts": [{"id": part.id, "shard": part.is_shard} for part in parts],
        "version": version,
        "against": other,
        "requested_by": actor.account_id,
        "created_at": now,
    }
    session.execute(insert(PolicyComparison).values(values))
    wards = ",".join(sorted(_wards_of(session, chosen)))
    job_id = enqueue(session, JobName.COMPARE_POLICIES, comparison_id, wards=wards)
    _set(session, comparison_id, {"job_id": job_id})
    subject = Subject("policy", str(version), chosen.ward_code)
    record(session, actor, "compare-policies", subject)
    return comparison_id


def _wards_of(session: Session, past: PastChoice) -> Collection[str]:
    if past.ward_code is not None:
        return [past.ward_code]
    return wards_in(session, [past.province_code or ""])


def cancel_comparison(session: Session, actor: Actor, comparison_id: str, *, now: datetime) -> None:
    """Stop a comparison; its worker notices at the next part and stores nothing.

    Raises NotFound for one of other places, Conflict("comparison-is-over").
    """
    row = comparison_for(session, actor, comparison_id)
    if not _end(session, comparison_id, {"failure": "cancelled", "finished_at": now}):
        raise Conflict("comparison-is-over")
    record(session, actor, "cancel-comparison", Subject("policy", str(row.version), row.ward_code))


def go_on_comparing(session: Session, actor: Actor, comparison_id: str) -> None:
    """Let a worker take up a comparison again at which it gave up.

    Raises NotFound for one of other places, Conflict("comparison-goes-on") if it has not stopped.
    """
    row = comparison_for(session, actor, comparison_id)
    if not revive(session, {JobName.COMPARE_POLICIES}, {comparison_id}):
        raise Conflict("comparison-goes-on")
    subject = Subject("policy", str(row.version), row.ward_code)
    record(session, actor, "restart-comparison", subject)


def store_comparison(
    session: Session, comparison_id: str, result: Mapping[str, object], *, now: datetime
) -> bool:
    """Write down what would change; False if somebody stopped it meanwhile."""
    return _end(session, comparison_id, {"result": dict(result), "finished_at": now})


def fail_comparison(session: Session, comparison_id: str, failure: str, *, now: datetime) -> None:
    """Write down why nothing could be found out, unless it is over."""
    _end(session, comparison_id, {"failure": failure, "finished_at": now})


def _end(session: Session, comparison_id: str, values: Mapping[str, object]) -> bool:
    statement = (
        update(PolicyComparison)
        .where(PolicyComparison.id == comparison_id, PolicyComparison.finished_at.is_(None))
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(session, statement) == 1


def _set(session: Session, comparison_id: str, values: Mapping[str, object]) -> None:
    session.execute(
        update(PolicyComparison)
        .where(PolicyComparison.id == comparison_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
