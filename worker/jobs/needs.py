"""Jobs of needs: public cards follow what their household agrees to."""

from dataclasses import replace

from app.accounts.rules import SYSTEM
from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.needs import actions


def follow_consent(lease: Lease) -> str:
    """Write or take down the cards of the household that the job names.

    1. One transaction reads the consent as it is now, changes the cards and finishes. Idempotent:
    it states what holds and not what happened, so a late or second delivery does no harm.
    """
    actor = replace(SYSTEM, ward_codes=frozenset(lease.wards.split(",")))
    with transaction() as session:
        actions.follow_consent(session, actor, lease.arg, now=now())
        lease.finish(session)
    return "done"
