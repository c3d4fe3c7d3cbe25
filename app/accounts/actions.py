"""Opening accounts, granting roles, signing in and out, resetting passwords."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Account, Assignment, Attempt, PasswordReset, SignIn
from app.accounts.rules import INCOMPATIBLE, MAX_ASSIGNMENT, Actor, Role, session_limits
from app.audit.actions import Subject, record
from app.infra.crypto import cipher
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.ids import new_id

RESET_LASTS = timedelta(hours=1)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """A new account: at least one of e-mail (lower case) and phone (E.164)."""

    name: str
    email: str | None
    phone: str | None
    password_hash: str | None
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """A role to grant and what it is for; lasts `days`, at most a year."""

    role: Role
    ward_code: str | None = None
    province_code: str | None = None
    group_id: str | None = None
    donor_id: str | None = None
    days: int = MAX_ASSIGNMENT.days


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` within `window`."""

    tries: int
    window: timedelta


ACCOUNT_LIMITS = (Limit(5, timedelta(minutes=1)), Limit(20, timedelta(days=1)))
ADDRESS_LIMITS = (Limit(100, timedelta(minutes=10)),)
RESET_LIMITS = (Limit(3, timedelta(hours=1)),)


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
        account.email_index = name_index(draft.email)
        account.email = cipher().encrypt(draft.email, f"account.email:{account_id}")
    if draft.phone:
        account.phone_index = name_index(draft.phone)
        account.phone = cipher().encrypt(draft.phone, f"account.phone:{account_id}")
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise Conflict("account-exists") from error
    record(session, _self(account_id), "open-account", Subject("account", account_id))
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
    held = {r.role for r in queries.roles_of(session, account_id, now)} - {draft.role}
    if any(frozenset({draft.role, role}) in INCOMPATIBLE for role in held):
        raise DomainError("incompatible-roles")
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


def name_index(name: str) -> bytes:
    """The keyed digest by which a sign-in name (normalised e-mail or phone) is found."""
    return cipher().index(name, "sign-in-name")


def count_attempt(session: Session, key: str, limits: tuple[Limit, ...], now: datetime) -> bool:
    """Count one try on `key`; False when it is beyond a limit and must not be evaluated.

    Tries on one key queue on an advisory lock, so that a hundred at once are a hundred.
    """
    bucket = cipher().index(key, "attempt")
    lock = int.from_bytes(bucket[:8], "big", signed=True)
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": lock})
    beyond = any(
        queries.attempts_since(session, bucket, now - limit.window) >= limit.tries
        for limit in limits
    )
    if not beyond:
        session.add(Attempt(bucket=bucket, at=now))
        session.flush()
    return not beyond


def start_session(session: Session, account_id: str, device: str, *, now: datetime) -> str:
    """Sign an account in under its first role; returns the token for the cookie.

    device: the browser in a few words. Raises DomainError("no-role") if no role is in force.
    """
    roles = queries.roles_of(session, account_id, now)
    if not roles:
        raise DomainError("no-role")
    token = _new_sign_in(session, account_id, roles[0], device, now)
    record(session, _self(account_id, roles[0].role), "sign-in", Subject("account", account_id))
    return token


def switch_role(
    session: Session, actor: Actor, assignment_id: str, device: str, *, now: datetime
) -> str:
    """Go on under another of one's roles, with a new token; the old session ends."""
    account_id = actor.account_id or ""
    held = {r.id: r for r in queries.roles_of(session, account_id, now)}
    if assignment_id not in held:
        raise NotFound("role")
    end_session(session, actor, actor.session_id or "", now=now)
    role = held[assignment_id]
    record(session, actor, "switch-role", Subject("account", account_id), reason=role.role.value)
    return _new_sign_in(session, account_id, role, device, now)


def _new_sign_in(
    session: Session, account_id: str, role: queries.RoleHeld, device: str, now: datetime
) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SignIn(
            id=new_id(),
            token_digest=token_digest(token),
            account_id=account_id,
            assignment_id=role.id,
            started_at=now,
            seen_at=now,
            ends_at=min(now + session_limits(role.role).absolute, role.ends_at),
            device=device,
        )
    )
    session.flush()
    return token


def token_digest(token: str) -> bytes:
    """What is kept of a token: its SHA-256. The token has 256 random bits, so no salt."""
    return hashlib.sha256(token.encode()).digest()


def mark_seen(session: Session, session_id: str, *, now: datetime) -> None:
    """Note that a session is in use; called at most once a minute."""
    session.execute(update(SignIn).where(SignIn.id == session_id).values(seen_at=now))


def end_session(session: Session, actor: Actor, session_id: str, *, now: datetime) -> None:
    """End one of one's own sessions; ending an ended one changes nothing."""
    statement = (
        update(SignIn)
        .where(
            SignIn.id == session_id,
            SignIn.account_id == actor.account_id,
            SignIn.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    if rows_changed(session, statement):
        record(session, actor, "sign-out", Subject("account", actor.account_id or ""))


def request_reset(session: Session, index: bytes, *, now: datetime) -> None:
    """Owe a reset link to whoever has this name, if anybody; the caller answers the same."""
    account = queries.account_by_index(session, index)
    if account is None or account.email is None:
        return
    token, reset_id = secrets.token_urlsafe(TOKEN_BYTES), new_id()
    session.add(
        PasswordReset(
            id=reset_id,
            account_id=account.id,
            token_digest=token_digest(token),
            token=cipher().encrypt(token, f"password_reset.token:{reset_id}"),
            ends_at=now + RESET_LASTS,
        )
    )
    session.flush()
    record(session, _self(account.id), "request-reset", Subject("account", account.id))
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
    set_password(session, _self(reset.account_id), reset.account_id, password_hash, now=now)


def set_password(
    session: Session, actor: Actor, account_id: str, password_hash: str, *, now: datetime
) -> None:
    """Replace a password and end all sessions of the account."""
    session.execute(
        update(Account).where(Account.id == account_id).values(password_hash=password_hash)
    )
    session.execute(
        update(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )
    record(session, actor, "set-password", Subject("account", account_id))


def choose_language(session: Session, actor: Actor, language: str) -> None:
    """Remember the language this person reads, for pages and for messages to them."""
    session.execute(update(Account).where(Account.id == actor.account_id).values(language=language))


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop tries and ended sessions that no rule asks for any more (kept 7 days)."""
    old = now - timedelta(days=7)
    session.execute(delete(Attempt).where(Attempt.at < old))
    session.execute(delete(SignIn).where(SignIn.ends_at < old))
    session.execute(delete(PasswordReset).where(PasswordReset.ends_at < old))


def end_everything(session: Session, *, now: datetime) -> int:
    """End every session and every reset link, as after a restore; returns how many sessions."""
    links = update(PasswordReset).where(PasswordReset.used_at.is_(None))
    session.execute(links.values(ends_at=now, token=None))
    open_ones = update(SignIn).where(SignIn.ended_at.is_(None), SignIn.ends_at > now)
    return rows_changed(session, open_ones.values(ended_at=now))


def _self(account_id: str, role: Role = Role.PUBLIC) -> Actor:
    """The account itself as the doer, before or while it signs in."""
    return Actor(account_id=account_id, role=role)
