"""Sweeping: rows that no rule asks for any more, and pledges whose time ran out."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts.rules import SYSTEM
from app.infra.housekeeping import forget_finished
from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.kernel.clock import now, today
from app.matching import actions as matching
from app.matching.actions.ballots import count_ballots_that_are_over
from app.needs import actions as needs
from app.notices import actions as notices
from app.notices import queries as notice_queries
from app.pledges import actions as pledges
from app.programmes.actions import load_coming_programmes
from worker.jobs.notice_checks import still_holds

DRAFT_KEPT = timedelta(days=90)
INPUT_KEPT = timedelta(days=92)
# A province's parts take some megabytes a night.
PARTS_KEPT = timedelta(days=31)


def sweep(lease: Lease) -> str:
    """Drop old tries, ended sign-ins, answered request keys, done jobs, drafts, expired files.

    Drops what old matching runs saw and calls about what no longer holds, opens the drives of a
    new year and counts the ballots whose time is over besides.

    1. One transaction deletes, expires lines of pledges and needs past their day (at most 500
    of each) and finishes. Idempotent: what is gone is gone. A killed sweep is taken again when
    its lease ends; a lost one is replaced by the next tick.
    """
    with transaction() as session:
        accounts.forget_old(session, now=now())
        forget_finished(session, now=now())
        pledges.expire_lines(session, today=today())
        needs.expire_needs(session, SYSTEM, today=today())
        load_coming_programmes(session, today=today())
        pledges.forget_drafts(session, before=now() - DRAFT_KEPT)
        _drop_idle_calls(session)
        count_ballots_that_are_over(session, now=now())
        matching.forget_inputs(session, before=now() - INPUT_KEPT, parts_before=now() - PARTS_KEPT)
        lease.finish(session)
    return "done"


def _drop_idle_calls(session: Session) -> None:
    """Nobody is called about a day that is over or was put off, or a card renewed meanwhile."""
    for notice_id in notice_queries.calls_open(session):
        notice = notice_queries.outgoing(session, notice_id)
        if notice is not None and not still_holds(session, notice):
            notices.skip(session, notice_id)
