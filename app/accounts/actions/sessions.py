"""Signing in and out, and under which role one goes on."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.actions.opening import oneself
from app.accounts.models import Account, Attempt, PasswordReset, SignIn
from app.accounts.rules import Actor, session_limits
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import DomainError, NotFound
from app.kernel.ids import new_id

TOKEN_BYTES = 32


def start_session(session: Session, account_id: str, device: str, *, now: datetime) -> str:
    """Sign an account in under its first role; returns the token for the cookie.

    Whoever has a second factor is signed in only by pass_code(). device: the browser in a few
    words. Raises DomainError("no-role") if no role is in force.
    """
    roles = queries.roles_of(session, account_id, now)
    if not roles:
        raise DomainError("no-role")
    factor = queries.factor_of(session, account_id)
    waits = factor is not None and factor.is_confirmed
    token = _new_sign_in(session, account_id, roles[0], device, now, needs_code=waits)
    record(session, oneself(account_id, roles[0].role), "sign-in", Subject("account", account_id))
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


def _new_sign_in(  # noqa: PLR0913 - a row, told in full.
    session: Session,
    account_id: str,
    role: queries.RoleHeld,
    device: str,
    now: datetime,
    *,
    needs_code: bool = False,
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
            needs_code=needs_code,
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
