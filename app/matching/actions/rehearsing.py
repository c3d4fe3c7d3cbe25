"""A run over no ward that is rolled back, so that a worker's first real one finds all known."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.infra.batches import claim_alike
from app.infra.jobs import JobName, Lane, claim_next, enqueue
from app.kernel.ids import new_id
from app.matching.actions.comparisons import keep_input
from app.matching.actions.publishing import Findings, Finished, publish
from app.matching.actions.runs import begin_run, ensure_policy
from app.matching.actions.shards import begin_shard, store_quotas
from app.matching.actions.storing import clear_run, store_nothing
from app.matching.models import MatchRun, MatchShard
from app.matching.queries.policy import kind_rules_of_catalogue
from app.matching.rules.states import Trigger

# No ward has this code.
NOWHERE = "-"


def rehearse(session: Session, *, now: datetime) -> None:
    """Do once what a worker writes for a run, in the scope of NOWHERE. The caller rolls it back.

    Each statement is compiled then, for all forks; a first run took a sixth longer without it.
    """
    run_id, shard_id = new_id(), new_id()
    version = ensure_policy(session, now=now)
    values = {"id": run_id, "provinces": [NOWHERE], "policy_version": version}
    session.execute(insert(MatchRun).values(values | {"trigger": Trigger.PROVINCE.value}))
    begin_run(session, run_id)
    clear_run(session, run_id)
    for kind in sorted(kind_rules_of_catalogue(session))[:1]:
        part = {"id": shard_id, "run_id": run_id, "kind_code": kind}
        session.execute(insert(MatchShard).values(part))
        begun = begin_shard(session, shard_id)
        if begun is not None:
            store_quotas(session, begun[0], {}, now=now)
    store_nothing(session, run_id)
    keep_input(session, run_id, NOWHERE, b"")
    publish(session, Finished(run_id, NOWHERE), Findings("", "", {}, 0), now=now)
    _rehearse_lease(session)


def _rehearse_lease(session: Session) -> None:
    """Claim a job, whichever is due, and give it back untouched, some milliseconds later."""
    claim = session.begin_nested()
    enqueue(session, JobName.SOLVE_SMALL_SHARD, NOWHERE)
    lease = claim_next(session, Lane.MATCH)
    if lease is not None:
        for last_first in (False, True):
            claim_alike(session, lease, 1, last_first=last_first)
        lease.renew(session, 0)
        lease.finish(session)
    claim.rollback()
