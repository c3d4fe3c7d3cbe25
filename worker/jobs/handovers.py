"""Jobs of handovers: reminding households of tomorrow's appointments, each once."""

from datetime import datetime, timedelta

from app.handovers import actions
from app.handovers.queries import next_day_to_remind
from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.kernel.clock import local_day


def remind_visits(lease: Lease) -> str:
    """Owe the reminders of the day after the one on which this was due.

    1. Transaction after transaction takes the next handover day of any ward, under the fence.
    2. The last one finds none left and finishes. Idempotent: an appointment and its time have one
    reminder. A killed one starts over when its lease ends. One that runs late reminds of the same
    day as if it were in time; what is over by then is not sent.
    """
    on = local_day(datetime.fromisoformat(lease.arg)) + timedelta(days=1)
    after, count = "", 0
    while True:
        with transaction() as session:
            lease.renew(session, count)
            found = next_day_to_remind(session, on, after)
            if found is None:
                lease.finish(session)
                return f"reminded:{count}"
            after, place = found
            count += actions.remind_visits_of(session, after, place, on=on)
