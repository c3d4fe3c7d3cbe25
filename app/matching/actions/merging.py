"""The parts of a run become one whole: checked against each other and the present, then current."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.infra.transaction import rows_changed
from app.matching.actions.publishing import Findings, Finished, publish
from app.matching.actions.runs import fail_run
from app.matching.figures import together
from app.matching.models import MatchRun, Proposal
from app.matching.queries.merging import overtaken_of, reached_by, uses_a_unit_twice
from app.matching.queries.shards import Part, parts_of_run
from app.matching.rules.states import ProposalState, RunState, ShardState


def merge_run(session: Session, run_id: str, *, now: datetime) -> str:
    """Put a run in use whose parts are all done; returns "done" or why not.

    1. Every part is proven; 2. no line gives and no need gets more than the parts together could
    have seen; 3. what people promised elsewhere meanwhile is taken out; 4. the run becomes the
    current one. Fails the run where 1 or 2 does not hold: the older proposals stay.
    """
    run = session.get_one(MatchRun, run_id, populate_existing=True, with_for_update=True)
    if run.state != RunState.RUNNING.value:
        return "run-over"
    parts = parts_of_run(session, run_id)
    if not all(p.certified and p.state == ShardState.DONE.value for p in parts):
        fail_run(session, run_id, "not-certified", now=now)
        return "not-certified"
    reached, overtaken = reached_by(session, run_id), 0
    if reached.is_beyond:
        if uses_a_unit_twice(session, run_id):
            fail_run(session, run_id, "merge-broken", now=now)
            return "merge-broken"
        overtaken = _take_out_overtaken(session, run_id)
    seen = [p.figures for p in parts if p.province_code is not None]
    figures = {**together(seen), "households": reached.households}
    found = Findings(
        engine=next((p.engine for p in parts if p.engine), "none"),
        digest=_digest(parts),
        figures={**figures, "overtaken": overtaken},
        proposals=sum(p.proposals for p in parts),
    )
    publish(session, Finished(run_id, None, run.provinces), found, now=now)
    return "done"


def _digest(parts: Iterable[Part]) -> str:
    """One digest of all parts' inputs and plans, in their fixed order."""
    rows = [(p.kind_code, p.province_code, p.digest, p.plan_digest) for p in parts]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _take_out_overtaken(session: Session, run_id: str) -> int:
    """Let proposals expire that nobody could accept any more; the first by rank stay."""
    gone = 0
    for late in overtaken_of(run_id):
        statement = (
            update(Proposal)
            .where(Proposal.id.in_(late))
            .values(state=ProposalState.EXPIRED.value)
            .execution_options(synchronize_session=False)
        )
        gone += rows_changed(session, statement)
    return gone
