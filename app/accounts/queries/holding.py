"""Whose session this is, what roles a person holds, who is near a limit."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Assignment, Attempt, SecondFactor, SignIn
from app.accounts.rules import STAFF, Actor, Role, session_limits
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


_AT = bindparam("at", type_=DateTime(timezone=True))
# Built once: every page of everybody who is signed in asks it first.
_HOLDER = (
    select(SignIn, Account, Assignment, SecondFactor.confirmed_at)
    .join(Account, Account.id == SignIn.account_id)
    .join(Assignment, Assignment.id == SignIn.assignment_id)
    .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
    .where(
        SignIn.token_digest == bindparam("digest", type_=LargeBinary()),
        SignIn.ended_at.is_(None),
        ~SignIn.needs_code,
        SignIn.ends_at > _AT,
        Account.closed_at.is_(None),
        Assignment.starts_at <= _AT,
        Assignment.ends_at > _AT,
    )
)


def actor_of(session: Session, token_digest: bytes, at: datetime) -> tuple[Actor, str] | None:
    """Who holds the session with this token, and their language; None once it has ended.

    It begins when the second factor has come, if there is one. It ends when idle or old beyond
    session_limits(), when its role has run out, when the account is closed, and when somebody
    ended it.
    """
    row = session.execute(_HOLDER, {"digest": token_digest, "at": at}).one_or_none()
    if row is None:
        return None
    sign_in, account, assignment, has_factor = row
    if sign_in.seen_at + session_limits(Role(assignment.role)).idle < at:
        return None
    actor = _actor(session, sign_in, account, assignment)
    return replace(actor, has_second_factor=has_factor is not None), account.language


def _actor(
    session: Session, sign_in: SignIn | None, account: Account, assignment: Assignment
) -> Actor:
    role = Role(assignment.role)
    wards = {assignment.ward_code} if assignment.ward_code else set()
    if assignment.province_code:
        in_province = Ward.province_code == assignment.province_code
        wards |= set(session.scalars(select(Ward.code).where(in_province)))
    if role in {Role.AUDITOR, Role.SYSTEM_ADMIN} and not wards:
        wards = {"*"} if role is Role.AUDITOR else set()
    return Actor(
        account_id=account.id,
        role=role,
        name=account.name,
        ward_codes=frozenset(wards),
        province_code=assignment.province_code,
        group_ids=frozenset({assignment.group_id} if assignment.group_id else ()),
        donor_id=assignment.donor_id,
        assignment_id=assignment.id,
        session_id=sign_in.id if sign_in else None,
    )


@dataclass(frozen=True, slots=True)
class Person:
    """An account with every role in force, each as the actor it would be."""

    account_id: str
    language: str
    actors: tuple[Actor, ...]


def people_after(session: Session, account_id: str, *, at: datetime, limit: int) -> list[Person]:
    """The next accounts by id that hold a role at a moment, for a job that goes through all."""
    holds = exists().where(
        Assignment.account_id == Account.id, Assignment.starts_at <= at, Assignment.ends_at > at
    )
    accounts = session.scalars(
        select(Account)
        .where(Account.id > account_id, Account.closed_at.is_(None), holds)
        .order_by(Account.id)
        .limit(limit)
    )
    return [Person(a.id, a.language, _actors(session, a, at)) for a in accounts]


def _actors(session: Session, account: Account, at: datetime) -> tuple[Actor, ...]:
    rows = session.scalars(
        select(Assignment)
        .where(
            Assignment.account_id == account.id, Assignment.starts_at <= at, Assignment.ends_at > at
        )
        .order_by(Assignment.id)
    )
    return tuple(_actor(session, None, account, row) for row in rows)


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
    if account is None or account.phone is None:
        return None
    return cipher().decrypt(account.phone, f"account.phone:{account.id}")


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
