"""Confirming that an e-mail is its donor's: a link by letter, and what opening it does."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.actions.limits import RESET_LIMITS, count_attempt
from app.accounts.actions.opening import oneself
from app.accounts.actions.passwords import owe_link
from app.accounts.actions.sessions import token_digest
from app.accounts.models import Account, PasswordReset
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, NotFound

CONFIRM_LASTS = timedelta(days=7)


def owe_confirmation(session: Session, account_id: str, *, now: datetime) -> None:
    """Owe the letter by which an unconfirmed e-mail is confirmed.

    At most three an hour to one address, beyond which nothing is sent and nothing is said, so
    that nobody's mailbox is filled and nobody learns whose address it is.
    """
    email = queries.email_of(session, account_id)
    if email is None or not queries.is_unconfirmed(session, account_id):
        return
    key = f"confirm:{queries.name_index(email).hex()}"
    if count_attempt(session, key, RESET_LIMITS, now):
        owe_link(session, account_id, now + CONFIRM_LASTS, purpose="email")


def confirm_email(session: Session, token: str, *, now: datetime) -> None:
    """Let the account be signed in to by its e-mail, once the link in the letter is followed.

    Raises NotFound("confirm-link-ended") when the link is unknown, used or over a week old, and
    Conflict("account-exists") if another account has confirmed the same address meanwhile.
    """
    link = queries.reset_by_digest(session, token_digest(token), now, purpose="email")
    used = (
        update(PasswordReset)
        .where(PasswordReset.id == link.id, PasswordReset.used_at.is_(None))
        .values(used_at=now, token=None)
    )
    if rows_changed(session, used) != 1:
        raise NotFound("confirm-link-ended")
    index = queries.name_index(queries.email_of(session, link.account_id) or "")
    named = update(Account).where(Account.id == link.account_id).values(email_index=index)
    try:
        with session.begin_nested():
            session.execute(named)
    except IntegrityError as error:
        raise Conflict("account-exists") from error
    record(session, oneself(link.account_id), "confirm-email", Subject("account", link.account_id))
