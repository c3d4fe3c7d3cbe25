"""Whether what a notice says still holds, asked of the area it is about, just before it leaves."""

from collections.abc import Callable, Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.queries import pending_reset
from app.accounts.rules import SYSTEM
from app.campaigns.queries import expiry_of, paused_causes, state_of_reminder
from app.campaigns.rules import INSURANCE, CampaignState
from app.handovers.queries import when_and_where
from app.handovers.rules import slots_left
from app.infra.transaction import database_now
from app.kernel.clock import today
from app.kernel.errors import NotFound
from app.matching.queries.allocations import allocation_for
from app.matching.rules.states import GONE, AllocationState
from app.notices.queries import Outgoing
from app.notices.rules import Template
from app.pledges.queries import lines_of
from app.pledges.rules import LineState

Check = Callable[[Session, Outgoing], bool]


def _invitation(session: Session, notice: Outgoing) -> bool:
    """It holds while its appointment stands, then and there, and is not over."""
    if notice.parameters.get("cancelled"):
        return True
    found = when_and_where(session, notice.cause_id.partition(":")[0])
    if found is None:
        return False
    told = (datetime.fromisoformat(str(notice.parameters["at"])), notice.parameters["place"])
    return found == told and bool(slots_left([found[0]], database_now(session)))


def _match(session: Session, notice: Outgoing) -> bool:
    """A match holds until its allocation is released."""
    try:
        allocation = allocation_for(session, SYSTEM, notice.cause_id)
    except NotFound:
        return False
    return AllocationState(allocation.state) not in GONE


def _accepted(session: Session, notice: Outgoing) -> bool:
    """An acceptance holds until the donor has withdrawn all of it."""
    lines = lines_of(session, notice.cause_id.partition(":")[0])
    return any(line.state != LineState.WITHDRAWN for line in lines)


def _reset(session: Session, notice: Outgoing) -> bool:
    """A reset link is sent only while it can still be used."""
    return pending_reset(session, notice.cause_id) is not None


def _reminder(session: Session, notice: Outgoing) -> bool:
    """A reminder holds while its card runs out on that day and has not yet, unless it was stopped.

    A renewal gives the card another day.
    """
    if notice.cause != INSURANCE.cause:
        return True
    card_id, expires_on, _step = notice.cause_id.split(":")
    stopped = state_of_reminder(session, notice.cause_id) is CampaignState.STOPPED
    told = date.fromisoformat(expires_on)
    return not stopped and told >= today() and expiry_of(session, int(card_id)) == told


def _digest(_session: Session, notice: Outgoing) -> bool:
    """A digest is of its morning; the next day has its own."""
    return notice.cause_id == today().isoformat()


CHECKS: dict[Template, Check] = {
    Template.PLEDGE_ACCEPTED: _accepted,
    Template.MATCH_FOUND: _match,
    Template.INVITATION: _invitation,
    Template.APPOINTMENT_CHANGED: _invitation,
    Template.APPOINTMENT_REMINDER: _invitation,
    Template.PASSWORD_RESET: _reset,
    Template.INSURANCE_RENEWAL: _reminder,
    Template.DIGEST: _digest,
}


def still_holds(session: Session, notice: Outgoing) -> bool:
    """False if the pledge, appointment or link that it tells of is gone meanwhile."""
    check = CHECKS.get(notice.template)
    return check is None or check(session, notice)


def paused(session: Session, notices: Collection[Outgoing]) -> set[int]:
    """The ids of those whose campaign pauses: they say what holds, but wait for it."""
    reminders = {n.id: n.cause_id for n in notices if n.cause == INSURANCE.cause}
    causes = paused_causes(session, set(reminders.values())) if reminders else set[str]()
    return {notice_id for notice_id, cause_id in reminders.items() if cause_id in causes}
