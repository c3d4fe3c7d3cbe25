"""Jobs of campaigns: owing the reminders that are due, each once."""

from app.campaigns import actions, queries
from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.kernel.clock import today


def remind(lease: Lease) -> str:
    """Owe what a campaign's cards are due today.

    1. Transaction after transaction owes 500 reminders, each with its row that says so, under
    the fence and the campaign's lock. 2. The last one finds nothing left and finishes.
    Idempotent: a card, expiry and step has one reminder. A paused campaign owes nothing. A killed
    one is taken again when its lease ends; tomorrow's catches up what is lost.
    """
    count = 0
    while True:
        with transaction() as session:
            lease.renew(session, count)
            plan = queries.plan_of(session, int(lease.arg), today=today())
            owed = actions.remind(session, plan, today=today()) if plan else 0
            if not owed:
                lease.finish(session)
                return f"owed:{count}"
        count += owed


def remind_daily(lease: Lease) -> str:
    """Ask for the day's reminders of each running campaign, once a day and campaign."""
    with transaction() as session:
        running = queries.running_campaigns(session)
        for campaign_id, ward_code in running:
            actions.ask_for_reminders(session, campaign_id, ward_code, today().isoformat())
        lease.finish(session)
    return f"asked:{len(running)}"
