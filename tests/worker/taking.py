"""Taking jobs from a lane, and taking them over."""

from sqlalchemy import text

from app.infra.jobs import LANES, claim_next
from app.infra.transaction import transaction
from worker import runner


def claim(name):
    """The next job of this kind's lane."""
    with transaction() as session:
        return claim_next(session, LANES[name])


def work_off(name):
    """The lease of a worker that is dead or stands still ends, and others do what is due."""
    with transaction() as session:
        session.execute(text("update job set lease_until = now() - interval '1 s'"))
    while runner.drain(LANES[name].value):
        pass
