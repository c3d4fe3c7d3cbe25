"""Links by which a password is set, and setting it."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.actions.opening import oneself
from app.accounts.actions.sessions import TOKEN_BYTES, token_digest
from app.accounts.models import Account, PasswordReset, SignIn
from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.crypto import cipher
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.errors import NotFound
from app.kernel.ids import new_id

RESET_LASTS = timedelta(hours=1)
FIRST_LINK_LASTS = timedelta(days=3)


def request_reset(session: Session, index: bytes, *, now: datetime) -> None:
    """Owe a reset link to whoever has this name, if anybody; the caller answers the same."""
    account = queries.account_by_index(session, index)
    if account is None or account.email is None:
        return
    owe_link(session, account.id, now + RESET_LASTS)
    record(session, oneself(account.id), "request-reset", Subject("account", account.id))


def owe_first_link(session: Session, account_id: str, *, now: datetime) -> None:
    """Owe the letter that tells somebody of their new account, with a link for three days."""
    owe_link(session, account_id, now + FIRST_LINK_LASTS)


def owe_link(
    session: Session, account_id: str, ends_at: datetime, *, purpose: str = "password"
) -> None:
    """Owe a letter with a link for one purpose to the account's e-mail."""
    token, reset_id = secrets.token_urlsafe(TOKEN_BYTES), new_id()
    session.add(
        PasswordReset(
            id=reset_id,
            account_id=account_id,
            token_digest=token_digest(token),
            token=cipher().encrypt(token, f"password_reset.token:{reset_id}"),
            purpose=purpose,
            ends_at=ends_at,
        )
    )
    session.flush()
    enqueue(session, JobName.SEND_PASSWORD_RESET, reset_id, dedupe_key=f"reset:{reset_id}")


def reset_password(session: Session, token: str, password_hash: str, *, now: datetime) -> None:
    """Set a new password by a reset link, once; ends every session of the account.

    Raises NotFound("reset-link-ended") when the link is unknown, used or over an hour old.
    """
    reset = queries.reset_by_digest(session, token_digest(token), now)
    used = (
        update(PasswordReset)
        .where(PasswordReset.id == reset.id, PasswordReset.used_at.is_(None))
        .values(used_at=now, token=None)
    )
    if rows_changed(session, used) != 1:
        raise NotFound("reset-link-ended")
    set_password(session, oneself(reset.account_id), reset.account_id, password_hash, now=now)


def set_password(
    session: Session, actor: Actor, account_id: str, password_hash: str, *, now: datetime
) -> None:
    """Replace a password; end all sessions of the account and every other link to set one.

    Whoever asked for such a link before, with a stolen mailbox say, sets nothing with it now.
    """
    session.execute(
        update(Account).where(Account.id == account_id).values(password_hash=password_hash)
    )
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.account_id == account_id, PasswordReset.purpose == "password")
        .where(PasswordReset.used_at.is_(None))
        .values(used_at=now, token=None)
    )
    session.execute(
        update(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )
    record(session, actor, "set-password", Subject("account", account_id))


def keep_stronger_hash(session: Session, account_id: str, old: str, new: str) -> None:
    """Store the same password hashed at today's cost, unless it was changed meanwhile."""
    session.execute(
        update(Account)
        .where(Account.id == account_id, Account.password_hash == old)
        .values(password_hash=new)
    )
