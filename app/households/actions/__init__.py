"""What is done to households: registered, changed, vouched for, imported."""

from app.households.actions.committing import (
    commit_import,
    undo_import,
)
from app.households.actions.importing import (
    Upload,
    ask_for_check,
    begin_commit,
    clear_check,
    decide_row,
    finish_check,
    go_on_with,
    record_refusal,
    request_commit,
    start_import,
    store_rows,
    with_stored_twins,
)
from app.households.actions.kin import declare_kin, end_kin
from app.households.actions.merging import (
    accept_merge,
    decline_merge,
    lock_homes,
    note_moved,
    prepare_merge,
    take_merge_back,
)
from app.households.actions.people import (
    add_member,
    change_member,
    give_consent,
    member_left,
    reveal_citizen_number,
    withdraw_consent,
)
from app.households.actions.registering import (
    change_household,
    move_away,
    register_household,
    twin_of,
)
from app.households.actions.uniting import Union, unite_homes
from app.households.actions.vouching import (
    Outcome,
    approve_standing,
    claim_standing,
    decide_many,
    end_standing,
    reject_standing,
    verify_standing,
)

__all__ = [
    "Outcome",
    "Union",
    "Upload",
    "accept_merge",
    "add_member",
    "approve_standing",
    "ask_for_check",
    "begin_commit",
    "change_household",
    "change_member",
    "claim_standing",
    "clear_check",
    "commit_import",
    "decide_many",
    "decide_row",
    "declare_kin",
    "decline_merge",
    "end_kin",
    "end_standing",
    "finish_check",
    "give_consent",
    "go_on_with",
    "lock_homes",
    "member_left",
    "move_away",
    "note_moved",
    "prepare_merge",
    "record_refusal",
    "register_household",
    "reject_standing",
    "request_commit",
    "reveal_citizen_number",
    "start_import",
    "store_rows",
    "take_merge_back",
    "twin_of",
    "undo_import",
    "unite_homes",
    "verify_standing",
    "with_stored_twins",
    "withdraw_consent",
]
