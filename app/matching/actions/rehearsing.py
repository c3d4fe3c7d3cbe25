"""A run over no ward that is rolled back, so that a worker's first real one finds all known."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.infra.jobs import JobName, Lane, claim_next, enqueue
from app.kernel.ids import new_id
from app.matching.actions.comparisons import keep_input
from app.matching.actions.publishing import Findings, Finished, publish
from app.matching.actions.runs import begin_run, ensure_policy
from app.matching.actions.storing import clear_run, store_nothing
from app.matching.models import MatchRun
from app.matching.rules.states import Trigger

# No ward has this code.
NOWHERE = "-"


def rehearse(session: Session, *, now: datetime) -> None:
    """Do once what a worker writes for a run, in the scope of NOWHERE. The caller rolls it back.

    Each statement is compiled and planned then; a first run took a sixth longer without it. A job
    that is due may be claimed here and is free again with the roll-back, a few milliseconds later.
    """
    run_id = new_id()
    version = ensure_policy(session, now=now)
    values = {"id": run_id, "provinces": [NOWHERE], "policy_version": version}
    session.execute(insert(MatchRun).values(values | {"trigger": Trigger.PROVINCE.value}))
    enqueue(session, JobName.RUN_MATCHING, run_id)
    lease = claim_next(session, Lane.MATCH)
    if lease is not None:
        lease.renew(session, 0)
        lease.finish(session)
    begin_run(session, run_id)
    clear_run(session, run_id)
    store_nothing(session, run_id)
    keep_input(session, run_id, NOWHERE, b"")
    publish(session, Finished(run_id, NOWHERE), Findings("", "", {}, 0), now=now)
