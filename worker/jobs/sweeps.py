"""Sweeping: rows that no rule asks for any more."""

from app.accounts import actions as accounts
from app.infra.housekeeping import forget_finished
from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.kernel.clock import now


def sweep(lease: Lease) -> str:
    """Drop old tries, ended sign-ins, answered request keys, done jobs and expired files.

    1. One transaction deletes and finishes. Idempotent: what is gone is gone. A killed sweep
    is taken again when its lease ends; a lost one is replaced by the next tick.
    """
    with transaction() as session:
        accounts.forget_old(session, now=now())
        forget_finished(session, now=now())
        lease.finish(session)
    return "done"
