"""Each morning, one letter to whoever has something waiting that only they can move on."""

from app.accounts import queries as accounts
from app.desk.actions import owe_digest
from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.kernel.clock import now, today

CHUNK = 50


def write_digests(lease: Lease) -> str:
    """Owe the day's digests: one an account, none to whom nothing waits for or who wants none.

    1. Transaction after transaction goes through 50 accounts in the order of their ids, under
    the fence. 2. The last one finds none left and finishes. Idempotent: a person and day has one
    digest. A killed one starts over when its lease ends, and owes only what is missing; a day
    that the site slept through is not made up for, since its news is in the next one.
    """
    after, owed = "", 0
    while True:
        with transaction() as session:
            lease.renew(session, owed)
            people = accounts.people_after(session, after, at=now(), limit=CHUNK)
            if not people:
                lease.finish(session)
                return f"owed:{owed}"
            owed += sum(owe_digest(session, one, on=today(), now=now()) for one in people)
        after = people[-1].account_id
