"""Opening accounts and granting roles."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Account, Assignment
from app.accounts.names import sign_in_name
from app.accounts.rules import INCOMPATIBLE, MAX_ASSIGNMENT, Actor, Role
from app.audit.actions import Subject, record
from app.infra.crypto import cipher
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_code, new_id


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """A new account: at least one of e-mail (lower case) and phone (E.164).

    is_confirmed: somebody vouches that both are this person's. If not, nobody signs in by the
    e-mail before confirm_email(), and never by the phone: a phone alone gets a code instead.
    """

    name: str
    email: str | None
    phone: str | None
    password_hash: str | None
    language: str = "vi"
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """A role to grant and what it is for; lasts `days`, at most a year."""

    role: Role
    ward_code: str | None = None
    province_code: str | None = None
    group_id: str | None = None
    donor_id: str | None = None
    days: int = MAX_ASSIGNMENT.days


def open_account(session: Session, draft: AccountDraft, *, now: datetime) -> str:
    """Open an account without any role; returns its id. Raises Conflict if the name is taken."""
    account_id = new_id()
    account = Account(
        id=account_id,
        name=draft.name,
        password_hash=draft.password_hash,
        language=draft.language,
        created_at=now,
    )
    if draft.email:
        if draft.is_confirmed:
            account.email_index = queries.name_index(draft.email)
        account.email = cipher().encrypt(draft.email, f"account.email:{account_id}")
    if draft.phone:
        if draft.is_confirmed:
            account.phone_index = queries.name_index(draft.phone)
        elif not draft.email:
            account.code = new_code("TK")
            account.code_index = queries.name_index(sign_in_name(account.code))
        account.phone = cipher().encrypt(draft.phone, f"account.phone:{account_id}")
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise Conflict("account-exists") from error
    record(session, oneself(account_id), "open-account", Subject("account", account_id))
    return account_id


def grant_role(
    session: Session, actor: Actor, account_id: str, draft: RoleDraft, *, now: datetime
) -> str:
    """Give an account a role for a time; returns the assignment's id.

    Raises DomainError("incompatible-roles") if the person already holds a role in the same
    place that must be another's (four eyes), or grants to themselves.
    """
    if actor.account_id is not None and actor.account_id == account_id:
        raise DomainError("no-role-for-oneself")
    refuse_incompatible(session, account_id, draft.role, now)
    assignment = Assignment(
        id=new_id(),
        account_id=account_id,
        role=draft.role.value,
        ward_code=draft.ward_code,
        province_code=draft.province_code,
        group_id=draft.group_id,
        donor_id=draft.donor_id,
        granted_by=actor.account_id,
        starts_at=now,
        ends_at=now + timedelta(days=min(draft.days, MAX_ASSIGNMENT.days)),
    )
    session.add(assignment)
    session.flush()
    subject = Subject("account", account_id, draft.ward_code)
    record(session, actor, "grant-role", subject, changes={"role": draft.role.value})
    return assignment.id


def refuse_incompatible(
    session: Session, account_id: str, role: Role, now: datetime, *, without: str | None = None
) -> None:
    """Raise DomainError("incompatible-roles") if a role held must be another person's.

    without: an assignment that is to end first.
    """
    held = {r.role for r in queries.roles_of(session, account_id, now) if r.id != without}
    if any(frozenset({role, other}) in INCOMPATIBLE for other in held - {role}):
        raise DomainError("incompatible-roles")


def oneself(account_id: str, role: Role = Role.PUBLIC) -> Actor:
    """The account itself as the doer, before or while it signs in."""
    return Actor(account_id=account_id, role=role)
