"""The sweep frees donors of what nobody asked for in time, and forgets old drafts."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts.rules import NOBODY
from app.infra.jobs import JobName, Lane, claim_next, enqueue
from app.infra.transaction import transaction
from app.kernel.clock import now, today
from app.pledges import actions
from app.pledges.models import Draft, Pledge, PledgeLine
from app.pledges.rules import LineState
from worker.jobs.sweeps import sweep


def test_a_sweep_expires_old_pledges_and_drops_old_drafts_however_often(database, make_line):
    with transaction() as session:
        line = make_line(on=session, units=4)
        pledge = session.get_one(Pledge, line.pledge_id)
        pledge.available_from = pledge.available_to = today() - timedelta(days=1)
        actions.start_draft(session, NOBODY, {}, now=now() - timedelta(days=91))
        enqueue(session, JobName.SWEEP, "one")
        enqueue(session, JobName.SWEEP, "two")

    for _ in range(2):
        with transaction() as session:
            lease = claim_next(session, Lane.HOUSEKEEPING)
        assert sweep(lease) == "done"

    with transaction() as session:
        swept = session.get_one(PledgeLine, line.id)
        assert (swept.state, swept.withdrawn) == (LineState.EXPIRED, 4)
        assert session.scalars(select(Draft)).all() == []
