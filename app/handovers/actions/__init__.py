"""Writes of handovers: days, invitations, what is given and returned, and its confirmation."""

from app.handovers.actions.confirming import confirm_handovers
from app.handovers.actions.days import (
    cancel_day,
    change_day,
    close_day,
    open_day,
    plan_day,
)
from app.handovers.actions.giving import hand_over, take_back
from app.handovers.actions.inviting import cancel_appointment, invite
from app.handovers.actions.reminding import remind_visits_of

__all__ = [
    "cancel_appointment",
    "cancel_day",
    "change_day",
    "close_day",
    "confirm_handovers",
    "hand_over",
    "invite",
    "open_day",
    "plan_day",
    "remind_visits_of",
    "take_back",
]
