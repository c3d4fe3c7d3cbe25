"""What is done to needs: written, decided on, covered by allocations."""

from app.needs.actions.cards import follow_consent
from app.needs.actions.covering import (
    book_handover,
    close_if_met,
    cover,
    unbook_handover,
    uncover,
)
from app.needs.actions.deciding import (
    Outcome,
    approve_need,
    decide_many,
    reject_need,
    resume_need,
    return_need,
    suspend_need,
    verify_need,
    withdraw_need,
)
from app.needs.actions.leaving import move_household_away
from app.needs.actions.merging import move_needs
from app.needs.actions.writing import change_need, expire_needs, register_need, submit_need

__all__ = [
    "Outcome",
    "approve_need",
    "book_handover",
    "change_need",
    "close_if_met",
    "cover",
    "decide_many",
    "expire_needs",
    "follow_consent",
    "move_household_away",
    "move_needs",
    "register_need",
    "reject_need",
    "resume_need",
    "return_need",
    "submit_need",
    "suspend_need",
    "unbook_handover",
    "uncover",
    "verify_need",
    "withdraw_need",
]
