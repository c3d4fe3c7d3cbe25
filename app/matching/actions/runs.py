"""Runs: asked for, begun by a worker, their findings stored, and the older ones put aside."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.accounts.rules import SYSTEM, Actor
from app.audit.actions import Subject, record
from app.infra.jobs import JobName, enqueue
from app.infra.models import Job
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_id
from app.matching.models import MatchRun, Policy, Proposal, Unmatched
from app.matching.queries.policy import kind_rules_of_catalogue, load_policy
from app.matching.queries.runs import RunToDo, pairs_proposed_in, run_to_do
from app.matching.rules.policy import DEFAULT_POLICY, PolicyRules
from app.matching.rules.results import ProposalDraft, RunResult, UnmatchedDraft
from app.matching.rules.states import ProposalState, RunState, Trigger

UNDER_WAY = "state in ('pending','running') and trigger in ('ward','nightly')"


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
    open_states = (RunState.PENDING.value, RunState.RUNNING.value)
    session.execute(
        update(MatchRun)
        .where(MatchRun.ward_code == ward_code, MatchRun.state.in_(open_states), dead)
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
    statement = (
        update(MatchRun)
        .where(MatchRun.id == run_id)
        .where(MatchRun.state.in_((RunState.PENDING.value, RunState.RUNNING.value)))
        .values(state=RunState.RUNNING.value)
    )
    if rows_changed(session, statement) != 1:
        return None
    session.execute(delete(Proposal).where(Proposal.run_id == run_id))
    session.execute(delete(Unmatched).where(Unmatched.run_id == run_id))
    run = run_to_do(session, run_id)
    return run, load_policy(session, run.policy_version).rules


def store_chunk(
    session: Session,
    run_id: str,
    proposals: Sequence[ProposalDraft],
    unmatched: Sequence[UnmatchedDraft] = (),
) -> None:
    """Store a part of what a run found. Not visible before finish_run()."""
    if proposals:
        rows = [
            {
                "run_id": run_id,
                "ward_code": p.ward_code,
                "need_id": p.need_id,
                "pledge_line_id": p.line_id,
                "units": p.units,
                "rank": p.rank,
                "reason": p.reason,
            }
            for p in proposals
        ]
        session.execute(upsert(Proposal).on_conflict_do_nothing(), rows)
    if unmatched:
        session.execute(insert(Unmatched), [_unmatched_row(run_id, u) for u in unmatched])


def _unmatched_row(run_id: str, draft: UnmatchedDraft) -> dict[str, object]:
    return {
        "run_id": run_id,
        "ward_code": draft.ward_code,
        "need_id": draft.need_id,
        "pledge_line_id": draft.line_id,
        "units": draft.units,
        "reason": draft.reason,
    }


def finish_run(session: Session, run: RunToDo, result: RunResult, *, now: datetime) -> None:
    """Make the run the current one of its ward; older ones and what they left undecided go.

    Raises Conflict("run-not-running") if it was ended meanwhile.
    """
    churn = _supersede_older(session, run)
    figures = {**result.figures, "churn": churn}
    statement = (
        update(MatchRun)
        .where(MatchRun.id == run.id, MatchRun.state == RunState.RUNNING.value)
        .values(
            state=RunState.READY.value,
            certified=result.certified,
            engine=result.engine,
            digest=result.digest,
            figures=figures,
            finished_at=now,
        )
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("run-not-running", run_id=run.id)
    changes = {"digest": result.digest, "proposals": len(result.proposals)}
    record(
        session, SYSTEM, "finish-run", Subject("match-run", run.id, run.ward_code), changes=changes
    )


def _supersede_older(session: Session, run: RunToDo) -> dict[str, int]:
    """Put the ward's other current runs aside; how many undecided pairs stayed or went."""
    older = session.scalars(
        select(MatchRun.id).where(
            MatchRun.ward_code == run.ward_code,
            MatchRun.state == RunState.READY.value,
            MatchRun.id != run.id,
        )
    ).all()
    before, after = pairs_proposed_in(session, older), pairs_proposed_in(session, [run.id])
    if older:
        session.execute(
            update(Proposal)
            .where(Proposal.run_id.in_(older), Proposal.state == ProposalState.PROPOSED.value)
            .values(state=ProposalState.SUPERSEDED.value)
        )
        session.execute(
            update(MatchRun).where(MatchRun.id.in_(older)).values(state=RunState.SUPERSEDED.value)
        )
    return {"before": len(before), "kept": len(before & after), "moved": len(before - after)}


def fail_run(session: Session, run_id: str, failure: str, *, now: datetime) -> None:
    """End a run that found nothing to trust; the older proposals stay as they are."""
    statement = (
        update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.state == RunState.RUNNING.value)
        .values(state=RunState.FAILED.value, failure=failure, finished_at=now)
    )
    if rows_changed(session, statement) == 1:
        session.execute(delete(Proposal).where(Proposal.run_id == run_id))
        session.execute(delete(Unmatched).where(Unmatched.run_id == run_id))


def store_arrival(
    session: Session, ward_code: str, pledge_id: str, result: RunResult, *, now: datetime
) -> str:
    """Store a whole run over one arrived pledge beside the ward's current ones; returns its id."""
    values = {
        "id": new_id(),
        "ward_code": ward_code,
        "trigger": Trigger.PLEDGE.value,
        "pledge_id": pledge_id,
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
