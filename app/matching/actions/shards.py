"""Runs over provinces: asked for, split into parts, each part stored, and the whole put in use."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from app.accounts.rules import SYSTEM, Actor
from app.audit.actions import Subject, record
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_id
from app.matching.actions.runs import ensure_policy
from app.matching.actions.storing import store_chunk
from app.matching.models import MatchQuota, MatchRun, MatchShard, ShardSnapshot
from app.matching.packing import packed
from app.matching.queries.policy import load_policy
from app.matching.queries.shards import ShardToDo, parts_to_solve, wards_in
from app.matching.rules.policy import PolicyRules
from app.matching.rules.results import RunResult
from app.matching.rules.states import RunState, ShardState, Trigger

# Needs and lines of a part that is small: it takes some 20 MB, and half of its time is not solving.
SMALL_PART = 10_000
OPEN_STATES = (RunState.PENDING.value, RunState.RUNNING.value)


def request_province_run(
    session: Session, actor: Actor, provinces: Collection[str], *, now: datetime
) -> str:
    """Ask for one run over whole provinces; returns its id. It fences an older one of this scope.

    Raises NotFound for a province of which the actor may not run every ward.
    """
    codes = sorted(set(provinces))
    wards = wards_in(session, codes)
    if not wards or not ("*" in actor.ward_codes or actor.ward_codes >= wards):
        raise NotFound("province")
    _fence_older(session, codes, now=now)
    run_id = new_id()
    values = {
        "id": run_id,
        "provinces": codes,
        "trigger": Trigger.PROVINCE.value,
        "policy_version": ensure_policy(session, now=now),
        "requested_by": actor.account_id,
        "created_at": now,
    }
    added = upsert(MatchRun).values(values).on_conflict_do_nothing().returning(MatchRun.id)
    if session.scalar(added) is None:
        # Somebody else asked between the fence and this statement; theirs is as new as ours.
        raise Conflict("run-under-way")
    job_id = enqueue(session, JobName.SPLIT_RUN, run_id, wards=",".join(sorted(wards)))
    session.execute(update(MatchRun).where(MatchRun.id == run_id).values(job_id=job_id))
    changes = {"provinces": codes}
    record(session, actor, "request-run", Subject("match-run", run_id), changes=changes)
    return run_id


def _fence_older(session: Session, provinces: list[str], *, now: datetime) -> None:
    """What the older run's workers still bring is not stored: its state is no longer theirs."""
    session.execute(
        update(MatchRun)
        .where(MatchRun.provinces == provinces, MatchRun.state.in_(OPEN_STATES))
        .values(state=RunState.SUPERSEDED.value, failure="newer-run", finished_at=now)
        .execution_options(synchronize_session=False)
    )


def split_run(session: Session, run_id: str) -> int | None:
    """Make the run's parts and a job for each that can begin; None if the run is over.

    Where there are several provinces the kinds are shared out between them first.
    """
    if not _begin(session, run_id):
        return None
    run = session.get_one(MatchRun, run_id, populate_existing=True)
    sizes = parts_to_solve(session, run.provinces)
    is_shared = len(run.provinces) > 1
    kinds = sorted({kind for kind, _ in sizes}) if is_shared else []
    scope, rows = _scope_of(session, run.provinces), []
    for kind, province in [*((kind, None) for kind in kinds), *sizes]:
        shard_id, job_id = new_id(), None
        if province is None or not is_shared:
            is_small = sizes.get((kind, province or ""), SMALL_PART) < SMALL_PART
            name = JobName.SOLVE_SMALL_SHARD if is_small else JobName.SOLVE_SHARD
            job_id = enqueue(session, name, shard_id, wards=scope)
        row = {"id": shard_id, "run_id": run_id, "kind_code": kind, "job_id": job_id}
        rows.append(row | {"province_code": province})
    if rows:
        session.execute(insert(MatchShard), rows)
    else:
        _enqueue_merge(session, run_id, scope)
    return len(rows)


def _begin(session: Session, run_id: str) -> bool:
    statement = (
        update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.state == RunState.PENDING.value)
        .values(state=RunState.RUNNING.value)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(session, statement) == 1


def _scope_of(session: Session, provinces: Collection[str]) -> str:
    """What a job over whole provinces may see."""
    return ",".join(sorted(wards_in(session, sorted(provinces))))


def _enqueue_merge(session: Session, run_id: str, scope: str) -> None:
    enqueue(session, JobName.MERGE_RUN, run_id, wards=scope, dedupe_key=f"merge-run:{run_id}")


def begin_shard(session: Session, shard_id: str) -> tuple[ShardToDo, PolicyRules] | None:
    """Claim a part for the worker that holds its job; None if it or its run is over.

    Raises NotFound.
    """
    row = session.execute(_claiming(), {"part": shard_id}).one_or_none()
    if row is None:
        if session.get(MatchShard, shard_id) is None:
            raise NotFound("match-shard")
        return None
    run_id, kind, province, provinces, version, asked_at = row
    shard = ShardToDo(
        id=shard_id,
        run_id=run_id,
        kind_code=kind,
        province_code=province,
        provinces=tuple(provinces),
        on=local_day(asked_at),
    )
    return shard, load_policy(session, version).rules


@cache
def _claiming() -> ReturningUpdate[str, str, str | None, list[str], int, datetime]:
    """A run that is ended at this moment is found to be over when its part is stored."""
    return (
        update(MatchShard)
        .where(MatchShard.id == bindparam("part"))
        .where(MatchShard.state.in_((ShardState.WAITING.value, ShardState.RUNNING.value)))
        .where(MatchRun.id == MatchShard.run_id, MatchRun.state == RunState.RUNNING.value)
        .values(state=ShardState.RUNNING.value)
        .returning(
            MatchShard.run_id,
            MatchShard.kind_code,
            MatchShard.province_code,
            MatchRun.provinces,
            MatchRun.policy_version,
            MatchRun.created_at,
        )
        .execution_options(synchronize_session=False)
    )


def store_quotas(
    session: Session, shard: ShardToDo, quotas: Mapping[tuple[str, str], int], *, now: datetime
) -> None:
    """Store how a kind is shared out, (province, line) -> units, and let its parts begin.

    Raises Conflict("run-not-running").
    """
    rows = [
        {"run_id": shard.run_id, "province_code": p, "pledge_line_id": line, "units": units}
        for (p, line), units in quotas.items()
    ]
    if rows:
        session.execute(insert(MatchQuota), rows)
    _close(session, shard, {"certified": True}, now=now)
    waiting = session.execute(
        select(MatchShard.id, MatchShard.province_code)
        .where(MatchShard.run_id == shard.run_id, MatchShard.kind_code == shard.kind_code)
        .where(MatchShard.province_code.is_not(None))
    )
    for shard_id, province in waiting.all():
        scope = _scope_of(session, [province or ""])
        job_id = enqueue(session, JobName.SOLVE_SHARD, shard_id, wards=scope)
        session.execute(update(MatchShard).where(MatchShard.id == shard_id).values(job_id=job_id))


def store_shard(session: Session, shard: ShardToDo, result: RunResult, *, now: datetime) -> None:
    """Store what a part found, in one transaction with its end; the last one asks for the merge.

    Raises Conflict("run-not-running") if the run was cancelled or a newer one fenced it.
    """
    store_chunk(session, shard.run_id, result.proposals, result.unmatched)
    values = {"shard_id": shard.id, "province_code": shard.province_code}
    session.execute(insert(ShardSnapshot).values(values | {"body": packed(result.document)}))
    facts = {
        "certified": result.certified,
        "engine": result.engine,
        "digest": result.digest,
        "plan_digest": plan_digest_of(result),
        "proposals": len(result.proposals),
        "unmatched": len(result.unmatched),
        "figures": dict(result.figures),
    }
    _close(session, shard, facts, now=now)
    left = session.scalar(
        select(func.count())
        .select_from(MatchShard)
        .where(MatchShard.run_id == shard.run_id, MatchShard.state != ShardState.DONE.value)
    )
    if not left:
        _enqueue_merge(session, shard.run_id, _scope_of(session, shard.provinces))


def _close(
    session: Session, shard: ShardToDo, facts: Mapping[str, object], *, now: datetime
) -> None:
    """End a part. Parts of a run end one after the other, so that the last one knows it is."""
    state = session.scalar(
        select(MatchRun.state).where(MatchRun.id == shard.run_id).with_for_update(key_share=True)
    )
    statement = (
        update(MatchShard)
        .where(MatchShard.id == shard.id, MatchShard.state == ShardState.RUNNING.value)
        .values(state=ShardState.DONE.value, finished_at=now, **facts)
        .execution_options(synchronize_session=False)
    )
    if state != RunState.RUNNING.value or rows_changed(session, statement) != 1:
        raise Conflict("run-not-running", run_id=shard.run_id)


def plan_digest_of(result: RunResult) -> str:
    """SHA-256 over who gets what, in a fixed order."""
    found = (result.proposals.columns[name] for name in ("need_id", "line_id", "units"))
    rows = sorted(zip(*found, strict=True))
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def fail_shard(session: Session, shard: ShardToDo, failure: str, *, now: datetime) -> None:
    """End a part that found nothing to trust, and its run with it; older proposals stay."""
    session.execute(
        update(MatchShard)
        .where(MatchShard.id == shard.id)
        .values(state=ShardState.FAILED.value, failure=failure, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    subject = Subject("match-run", shard.run_id)
    changes = {"failure": failure, "kind": shard.kind_code}
    record(session, SYSTEM, "fail-run", subject, changes=changes)
