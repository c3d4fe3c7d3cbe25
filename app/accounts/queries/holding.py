"""Whose session this is, what roles a person holds, who is near a limit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Select,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.accounts.models import Account, Assignment, Attempt, SignIn
from app.accounts.rules import STAFF, Actor, Role
from app.infra.crypto import cipher
from app.places.models import ResidentialGroup, Ward


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """One assignment in words: the role, and the place or donor it is for."""

    id: str
    role: Role
    place: str | None
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of a person's sign-ins, for the page on which they end the others."""

    id: str
    device: str
    started_at: datetime
    seen_at: datetime
    is_current: bool


def name_index(name: str) -> bytes:
    """The keyed digest by which a sign-in name (an e-mail, phone or code, normalised) is found."""
    return cipher().index(name, "sign-in-name")


def account_by_index(session: Session, index: bytes) -> Account | None:
    """The open account whose e-mail, phone or code has this keyed digest."""
    names = (Account.email_index, Account.phone_index, Account.code_index)
    statement = select(Account).where(
        or_(*(name == index for name in names)),
        Account.closed_at.is_(None),
    )
    return session.scalars(statement).one_or_none()


def roles_of(session: Session, account_id: str, at: datetime) -> list[RoleHeld]:
    """The assignments in force at a moment, staff roles of a place first by name."""
    statement = (
        select(Assignment, Ward.name, ResidentialGroup.name)
        .outerjoin(Ward, Ward.code == Assignment.ward_code)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Assignment.group_id)
        .where(
            Assignment.account_id == account_id,
            Assignment.starts_at <= at,
            Assignment.ends_at > at,
        )
        .order_by(Assignment.role, Assignment.id)
    )
    return [
        RoleHeld(a.id, Role(a.role), ", ".join(p for p in (group, ward) if p) or None, a.ends_at)
        for a, ward, group in session.execute(statement)
    ]


def sessions_of(session: Session, actor: Actor, at: datetime) -> list[OpenSession]:
    """The person's own open sign-ins, the latest used first."""
    statement = (
        select(SignIn)
        .where(
            SignIn.account_id == actor.account_id, SignIn.ended_at.is_(None), SignIn.ends_at > at
        )
        .order_by(SignIn.seen_at.desc())
    )
    return [
        OpenSession(s.id, s.device, s.started_at, s.seen_at, s.id == actor.session_id)
        for s in session.scalars(statement)
    ]


def account_of_token(session: Session, token_digest: bytes) -> str | None:
    """Whose session this was, ended or not; None if there never was one or it is forgotten."""
    return session.scalar(select(SignIn.account_id).where(SignIn.token_digest == token_digest))


def attempts_since(session: Session, bucket: bytes, since: datetime) -> int:
    """How many tries a bucket has seen since a moment."""
    statement = (
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.bucket == bucket, Attempt.at > since)
    )
    return session.scalar(statement) or 0


def email_of(session: Session, account_id: str) -> str | None:
    """The account's e-mail in plain, for sending to it; None if it has none."""
    account = session.get(Account, account_id)
    if account is None or account.email is None:
        return None
    return cipher().decrypt(account.email, f"account.email:{account.id}")


def code_of(session: Session, account_id: str) -> str | None:
    """The code by which an account is signed in to that only an unproven phone names."""
    return session.scalar(select(Account.code).where(Account.id == account_id))


def is_unconfirmed(session: Session, account_id: str) -> bool:
    """Whether the account's e-mail has still to be confirmed by its link."""
    waits = Account.email.is_not(None) & Account.email_index.is_(None)
    return bool(session.scalar(select(waits).where(Account.id == account_id)))


def phone_of(session: Session, account_id: str) -> str | None:
    """The account's phone in E.164, for sending to it; None if it has none."""
    account = session.get(Account, account_id)
    return opened_phone(account_id, account.phone if account else None)


def opened_phone(account_id: str, stored: bytes | None) -> str | None:
    """An account's encrypted phone in plain, None if it has none."""
    return None if stored is None else cipher().decrypt(stored, f"account.phone:{account_id}")


def staff_of_ward(session: Session, ward_code: str, role: Role, at: datetime) -> list[str]:
    """The ids of the accounts that hold `role` in a ward, for notices to them."""
    statement = (
        select(Assignment.account_id)
        .where(
            Assignment.ward_code == ward_code,
            Assignment.role == role.value,
            Assignment.starts_at <= at,
            Assignment.ends_at > at,
        )
        .order_by(Assignment.account_id)
    )
    return list(session.scalars(statement))


def groups_with_a_head() -> Select[str | None]:
    """Selects the ids of the residential groups whose head has an account now."""
    return (
        select(Assignment.group_id)
        .join(Account, Account.id == Assignment.account_id)
        .where(
            Assignment.role == Role.GROUP_LEADER.value,
            Assignment.group_id.is_not(None),
            Assignment.starts_at <= func.now(),
            Assignment.ends_at > func.now(),
            Account.closed_at.is_(None),
        )
    )


def names_of(session: Session, account_ids: set[str]) -> dict[str, str]:
    """The names of staff accounts, to show who did a thing."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {row.id: row.name for row in rows}


def language_of(session: Session, account_id: str) -> str:
    """The language that this person reads."""
    return session.scalar(select(Account.language).where(Account.id == account_id)) or "vi"


def is_staff(session: Session, account_id: str, at: datetime) -> bool:
    """Whether the account holds a role of staff at a moment, so that its password is longer."""
    return any(held.role in STAFF for held in roles_of(session, account_id, at))
