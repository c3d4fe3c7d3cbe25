"""Runs: asked for, begun by a worker, their findings stored, and the older ones put aside."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from app.accounts.rules import SYSTEM, Actor
from app.audit.actions import Subject, record
from app.infra.dead_jobs import revive
from app.infra.jobs import JobName, enqueue
from app.infra.models import Job
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_id
from app.matching.actions.publishing import Findings, Finished, publish
from app.matching.actions.storing import clear_run, store_chunk
from app.matching.models import MatchRun, MatchShard, Policy
from app.matching.queries.policy import kind_rules_of_catalogue, load_policy
from app.matching.queries.runs import RunToDo
from app.matching.queries.shards import wards_in
from app.matching.rules.policy import DEFAULT_POLICY, PolicyRules
from app.matching.rules.results import RunResult
from app.matching.rules.states import RunState, Trigger

SOLVING = frozenset({JobName.SOLVE_SHARD, JobName.SOLVE_SMALL_SHARD})
OPEN_STATES = (RunState.PENDING.value, RunState.RUNNING.value)


def request_run(session: Session, actor: Actor, ward_code: str, *, now: datetime) -> str:
    """Ask for a run over one of the actor's wards; returns its id. A worker takes it from here.

    Raises NotFound for another ward, Conflict("run-under-way") while one waits or runs.
    """
    if ward_code not in actor.ward_codes:
        raise NotFound("ward")
    run_id = _request(session, actor, ward_code, Trigger.WARD, now=now)
    if run_id is None:
        raise Conflict("run-under-way", ward_code=ward_code)
    return run_id


def request_nightly_run(session: Session, ward_code: str, *, now: datetime) -> str | None:
    """Ask for the night's run of a ward; None while another one waits or runs there."""
    return _request(session, SYSTEM, ward_code, Trigger.NIGHTLY, now=now)


def _request(
    session: Session, actor: Actor, ward_code: str, trigger: Trigger, *, now: datetime
) -> str | None:
    _end_abandoned(session, ward_code, now=now)
    values = {
        "id": new_id(),
        "ward_code": ward_code,
        "trigger": trigger.value,
        "policy_version": ensure_policy(session, now=now),
        "requested_by": actor.account_id,
        "created_at": now,
    }
    statement = upsert(MatchRun).values(values)
    statement = statement.on_conflict_do_nothing()
    run_id: str | None = session.scalar(statement.returning(MatchRun.id))
    if run_id is None:
        return None
    job_id = enqueue(session, JobName.RUN_MATCHING, run_id, wards=ward_code)
    session.execute(update(MatchRun).where(MatchRun.id == run_id).values(job_id=job_id))
    record(session, actor, "request-run", Subject("match-run", run_id, ward_code))
    return run_id


def _end_abandoned(session: Session, ward_code: str, *, now: datetime) -> None:
    """End the ward's runs whose job is dead, or they would stand in the way for ever."""
    dead = select(Job.id).where(Job.id == MatchRun.job_id, Job.state == "dead").exists()
    session.execute(
        update(MatchRun)
        .where(MatchRun.ward_code == ward_code, MatchRun.state.in_(OPEN_STATES), dead)
        .values(state=RunState.FAILED.value, failure="worker-gave-up", finished_at=now)
        .execution_options(synchronize_session=False)
    )


def ensure_policy(session: Session, *, now: datetime) -> int:
    """The newest policy's version; stores the default as version 1 where there is none."""
    newest = load_policy(session).version
    if newest:
        return newest
    rules = {
        **DEFAULT_POLICY.as_json(),
        "kinds": {c: asdict(rule) for c, rule in kind_rules_of_catalogue(session).items()},
    }
    values = {
        "version": 1,
        "name": DEFAULT_POLICY.name,
        "rules": rules,
        "valid_from": local_day(now),
        # Nobody made it: it comes with the product, so no two people have to agree to it.
        "created_by": None,
    }
    session.execute(upsert(Policy).values(values).on_conflict_do_nothing())
    return 1


def begin_run(session: Session, run_id: str) -> tuple[RunToDo, PolicyRules] | None:
    """Claim a run for the worker that holds its job; None if it is over already.

    What an attempt that died has left behind is removed: nobody could see it.
    """
    run = _claim(session, run_id, RunState.PENDING)
    if run is None:
        run = _claim(session, run_id, RunState.RUNNING)
        if run is None:
            return None
        clear_run(session, run_id)
    return run, load_policy(session, run.policy_version).rules


def _claim(session: Session, run_id: str, state: RunState) -> RunToDo | None:
    row = session.execute(_claiming(), {"run": run_id, "was": state.value}).one_or_none()
    return None if row is None else RunToDo(row[0], row[1] or "", row[2])


@cache
def _claiming() -> ReturningUpdate[str, str | None, int]:
    return (
        update(MatchRun)
        .where(MatchRun.id == bindparam("run"), MatchRun.state == bindparam("was"))
        .values(state=RunState.RUNNING.value)
        .returning(MatchRun.id, MatchRun.ward_code, MatchRun.policy_version)
        .execution_options(synchronize_session=False)
    )


def finish_run(session: Session, run: RunToDo, result: RunResult, *, now: datetime) -> None:
    """Make a proven run the current one of its ward. Raises Conflict("run-not-running")."""
    found = Findings(result.engine, result.digest, result.figures, len(result.proposals))
    publish(session, Finished(run.id, run.ward_code), found, now=now)


def still_running(session: Session, run_id: str) -> bool:
    """Whether the run goes on; if so nobody can end it before this transaction is over."""
    state = session.scalar(
        select(MatchRun.state).where(MatchRun.id == run_id).with_for_update(read=True)
    )
    return state == RunState.RUNNING.value


def cancel_run(session: Session, actor: Actor, run_id: str, *, now: datetime) -> None:
    """Stop a run that waits or runs; its workers notice at their next step and store nothing.

    Raises NotFound for a run beyond the actor's wards, Conflict("run-not-running") if it is over.
    """
    run = session.get(MatchRun, run_id, populate_existing=True)
    if run is None or not _covers(session, actor, run):
        raise NotFound("match-run")
    statement = (
        update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.state.in_(OPEN_STATES))
        .values(state=RunState.CANCELLED.value, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("run-not-running", run_id=run_id)
    clear_run(session, run_id)
    record(session, actor, "cancel-run", Subject("match-run", run_id, run.ward_code))


def go_on_with_run(session: Session, actor: Actor, run_id: str) -> None:
    """Let workers take up a run again at which they gave up, or the parts of it where they did.

    Raises NotFound for a run beyond the actor's wards, Conflict("run-goes-on") if nothing of it
    has stopped.
    """
    run = session.get(MatchRun, run_id, populate_existing=True)
    if run is None or not _covers(session, actor, run):
        raise NotFound("match-run")
    whole = {JobName.RUN_MATCHING, JobName.SPLIT_RUN, JobName.MERGE_RUN}
    parts = session.scalars(select(MatchShard.id).where(MatchShard.run_id == run_id)).all()
    started = 0
    if run.state in OPEN_STATES:
        started = revive(session, whole, {run_id}) + revive(session, SOLVING, parts)
    if not started:
        raise Conflict("run-goes-on")
    record(session, actor, "restart-run", Subject("match-run", run_id, run.ward_code))


def _covers(session: Session, actor: Actor, run: MatchRun) -> bool:
    wards = {run.ward_code} if run.ward_code else wards_in(session, run.provinces)
    return "*" in actor.ward_codes or actor.ward_codes >= wards


def fail_run(session: Session, run_id: str, failure: str, *, now: datetime) -> None:
    """End a run that found nothing to trust; the older proposals stay as they are."""
    statement = (
        update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.state == RunState.RUNNING.value)
        .values(state=RunState.FAILED.value, failure=failure, finished_at=now)
    )
    if rows_changed(session, statement) == 1:
        clear_run(session, run_id)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a run of its own was made for: a pledge or an urgent need."""

    pledge_id: str | None = None
    need_id: str | None = None

    @property
    def trigger(self) -> Trigger:
        """As the run says it."""
        return Trigger.PLEDGE if self.need_id is None else Trigger.NEED


def store_arrival(
    session: Session, ward_code: str, arrival: Arrival, result: RunResult, *, now: datetime
) -> str:
    """Store a whole run over one arrival beside the ward's current ones; returns its id."""
    values = {
        "id": new_id(),
        "ward_code": ward_code,
        "trigger": arrival.trigger.value,
        "pledge_id": arrival.pledge_id,
        "need_id": arrival.need_id,
        "state": RunState.READY.value,
        "policy_version": ensure_policy(session, now=now),
        "certified": result.certified,
        "engine": result.engine,
        "digest": result.digest,
        "figures": dict(result.figures),
        "created_at": now,
        "finished_at": now,
    }
    run_id = str(values["id"])
    session.execute(insert(MatchRun).values(values))
    mine = [p for p in result.proposals if p.ward_code == ward_code]
    store_chunk(session, run_id, mine, [u for u in result.unmatched if u.ward_code == ward_code])
    return run_id
