"""What can be done with accounts, one file a matter; others call these names."""

from app.accounts.actions.confirming import confirm_email, owe_confirmation
from app.accounts.actions.factors import (
    begin_factor,
    confirm_factor,
    count_code,
    pass_code,
)
from app.accounts.actions.limits import (
    ACCOUNT_LIMITS,
    ADDRESS_LIMITS,
    RESET_LIMITS,
    Limit,
    count_attempt,
)
from app.accounts.actions.opening import (
    AccountDraft,
    RoleDraft,
    grant_role,
    open_account,
)
from app.accounts.actions.passwords import (
    keep_stronger_hash,
    request_reset,
    reset_password,
    set_password,
)
from app.accounts.actions.sessions import (
    choose_language,
    end_everything,
    end_session,
    forget_old,
    mark_seen,
    start_session,
    switch_role,
    token_digest,
)
from app.accounts.actions.staffing import (
    StaffDraft,
    agree,
    decline,
    propose_account,
    propose_forgetting,
    propose_role,
    suspend,
)
from app.accounts.queries import name_index

__all__ = [
    "ACCOUNT_LIMITS",
    "ADDRESS_LIMITS",
    "RESET_LIMITS",
    "AccountDraft",
    "Limit",
    "RoleDraft",
    "StaffDraft",
    "agree",
    "begin_factor",
    "choose_language",
    "confirm_email",
    "confirm_factor",
    "count_attempt",
    "count_code",
    "decline",
    "end_everything",
    "end_session",
    "forget_old",
    "grant_role",
    "keep_stronger_hash",
    "mark_seen",
    "name_index",
    "open_account",
    "owe_confirmation",
    "pass_code",
    "propose_account",
    "propose_forgetting",
    "propose_role",
    "request_reset",
    "reset_password",
    "set_password",
    "start_session",
    "suspend",
    "switch_role",
    "token_digest",
]
