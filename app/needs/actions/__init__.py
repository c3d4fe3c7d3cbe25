"""What is done to needs: written, decided on, covered by allocations."""

from app.needs.actions.covering import (
    book_handover,
    close_if_met,
    cover,
    unbook_handover,
    uncover,
)
from app.needs.actions.deciding import (
    approve_need,
    resume_need,
    return_need,
    suspend_need,
    verify_need,
    withdraw_need,
)
from app.needs.actions.writing import change_need, expire_needs, register_need, submit_need

__all__ = [
    "approve_need",
    "book_handover",
    "change_need",
    "close_if_met",
    "cover",
    "expire_needs",
    "register_need",
    "resume_need",
    "return_need",
    "submit_need",
    "suspend_need",
    "unbook_handover",
    "uncover",
    "verify_need",
    "withdraw_need",
]
