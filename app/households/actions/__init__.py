"""What is done to households: registered, changed, vouched for, imported."""

from app.households.actions.importing import (
    commit_import,
    record_check,
    record_refusal,
    request_commit,
    start_import,
    undo_import,
)
from app.households.actions.registering import (
    add_member,
    change_household,
    give_consent,
    register_household,
    reveal_citizen_number,
    withdraw_consent,
)
from app.households.actions.vouching import (
    approve_standing,
    claim_standing,
    reject_standing,
    verify_standing,
)

__all__ = [
    "add_member",
    "approve_standing",
    "change_household",
    "claim_standing",
    "commit_import",
    "give_consent",
    "record_check",
    "record_refusal",
    "register_household",
    "reject_standing",
    "request_commit",
    "reveal_citizen_number",
    "start_import",
    "undo_import",
    "verify_standing",
    "withdraw_consent",
]
