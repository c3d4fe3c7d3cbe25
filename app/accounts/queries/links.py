"""Links by which a password is set: whose they are, and what their letter needs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, PasswordReset
from app.accounts.queries.holding import account_by_index, email_of, name_index
from app.infra.crypto import cipher
from app.kernel.errors import NotFound


def reset_by_digest(
    session: Session, digest: bytes, at: datetime, *, purpose: str = "password"
) -> PasswordReset:
    """The unused link with this token digest. Raises NotFound when used, old or unknown."""
    statement = select(PasswordReset).where(
        PasswordReset.token_digest == digest,
        PasswordReset.purpose == purpose,
        PasswordReset.used_at.is_(None),
        PasswordReset.ends_at > at,
    )
    reset = session.scalars(statement).one_or_none()
    if reset is None:
        raise NotFound("confirm-link-ended" if purpose == "email" else "reset-link-ended")
    return reset


def owner_of_link(session: Session, digest: bytes) -> str | None:
    """Whose link this is or was; None if there never was one."""
    return session.scalar(
        select(PasswordReset.account_id).where(PasswordReset.token_digest == digest)
    )


class About(StrEnum):
    """What a letter with a link is about; the value names its template."""

    PASSWORD = "password-reset"  # noqa: S105 - a letter's name, no secret.
    NEW_ACCOUNT = "account-opened"
    CONFIRM = "email-confirm"
    KNOWN = "email-known"


@dataclass(frozen=True, slots=True)
class PendingReset:
    """A link that may still be sent, in plain; it never leaves the worker but by mail.

    about: NEW_ACCOUNT while the account has no password; KNOWN for an address to be confirmed
    that is another account's, whose owner is told how to sign in and gets no link.
    """

    id: str
    account_id: str
    email: str
    token: str
    language: str
    about: About
    ends_at: datetime


def pending_reset(session: Session, reset_id: str) -> PendingReset | None:
    """The reset link to be sent, or None if it was used or its account closed meanwhile."""
    reset = session.get(PasswordReset, reset_id)
    email = email_of(session, reset.account_id) if reset is not None else None
    if reset is None or reset.token is None or reset.used_at is not None or email is None:
        return None
    account = session.get_one(Account, reset.account_id)
    return PendingReset(
        id=reset.id,
        account_id=reset.account_id,
        email=email,
        token=cipher().decrypt(reset.token, f"password_reset.token:{reset.id}"),
        language=account.language,
        about=_about(session, reset, account, email),
        ends_at=reset.ends_at,
    )


def _about(session: Session, link: PasswordReset, account: Account, email: str) -> About:
    if link.purpose == "email":
        holder = account_by_index(session, name_index(email))
        return About.CONFIRM if holder is None else About.KNOWN
    return About.NEW_ACCOUNT if account.password_hash is None else About.PASSWORD
