"""What can be done with pledges, one file a verb; others call these names."""

from app.pledges.actions.change import (
    ChangeDraft,
    WithdrawDraft,
    change_pledge,
    expire_lines,
    withdraw,
)
from app.pledges.actions.donors import (
    DonorDraft,
    ProfileDraft,
    change_profile,
    give_account,
    register_donor,
)
from app.pledges.actions.drafts import claim_draft, forget_drafts, keep_answers, start_draft
from app.pledges.actions.promise import (
    book_handover,
    book_receipt,
    fulfil,
    release,
    reserve,
    unbook_handover,
)
from app.pledges.actions.receive import announce, take_in
from app.pledges.actions.record import Giver, record_pledge
from app.pledges.actions.vet import Decision, accept_lines, decline_lines

__all__ = [
    "ChangeDraft",
    "Decision",
    "DonorDraft",
    "Giver",
    "ProfileDraft",
    "WithdrawDraft",
    "accept_lines",
    "announce",
    "book_handover",
    "book_receipt",
    "change_pledge",
    "change_profile",
    "claim_draft",
    "decline_lines",
    "expire_lines",
    "forget_drafts",
    "fulfil",
    "give_account",
    "keep_answers",
    "record_pledge",
    "register_donor",
    "release",
    "reserve",
    "start_draft",
    "take_in",
    "unbook_handover",
    "withdraw",
]
