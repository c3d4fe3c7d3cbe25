"""What becomes of a household's needs when it leaves the ward."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.households import actions as households
from app.needs import queries
from app.needs.actions.deciding import suspend_need, withdraw_need
from app.needs.rules import LIVE, NeedState


def move_household_away(
    session: Session, actor: Actor, household_id: str, reason: str, *, now: datetime
) -> int:
    """Note that a household left, and stop asking for it; returns how many needs still hold gifts.

    A need with nothing promised is withdrawn. One with promises is suspended: whether they are
    handed over before the household goes or released is for people to decide.
    """
    households.move_away(session, actor, household_id, reason, now=now)
    held = 0
    for need in queries.needs_of(session, household_id):
        if need.state not in LIVE:
            continue
        if not need.covered:
            withdraw_need(session, actor, need.id, reason)
            continue
        held += 1
        if need.state == NeedState.APPROVED:
            suspend_need(session, actor, need.id, reason)
    return held
