"""The second factor: beginning it, confirming it, and checking a code, each good once."""

import secrets
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.actions.limits import Limit, count_attempt
from app.accounts.actions.opening import oneself
from app.accounts.actions.sessions import TOKEN_BYTES, token_digest
from app.accounts.models import RecoveryCode, SecondFactor, SignIn
from app.accounts.proofs import plain_code, steps_for
from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.crypto import cipher
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError

CODE_LIMITS = (Limit(5, timedelta(minutes=10)), Limit(30, timedelta(days=1)))
RECOVERY_CODES = 10
RECOVERY_LENGTH = 20
# Without 0, 1, I and O, which people mistake for each other on paper.
RECOVERY_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def begin_factor(session: Session, actor: Actor, *, now: datetime) -> None:
    """Make a key that its owner's phone is to learn; one begun before is forgotten.

    Raises Conflict("factor-on") if one is confirmed: only two persons take that away.
    """
    account_id = actor.account_id or ""
    begun = delete(SecondFactor).where(
        SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_(None)
    )
    session.execute(begun)
    if queries.factor_of(session, account_id) is not None:
        raise Conflict("factor-on")
    sealed = cipher().encrypt(pyotp.random_base32(), f"second_factor.secret:{account_id}")
    session.add(SecondFactor(account_id=account_id, secret=sealed, created_at=now))
    session.flush()


def confirm_factor(session: Session, actor: Actor, code: str, *, now: datetime) -> list[str]:
    """Switch the second factor on by its first code; returns ten recovery codes, shown once.

    All other sessions of the account end. Raises DomainError("code-wrong").
    """
    account_id = actor.account_id or ""
    _check_totp(session, account_id, code, now)
    on = update(SecondFactor).where(
        SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_(None)
    )
    if rows_changed(session, on.values(confirmed_at=now)) != 1:
        raise Conflict("factor-on")
    others = update(SignIn).where(
        SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.id != actor.session_id
    )
    session.execute(others.values(ended_at=now))
    record(session, actor, "second-factor-on", Subject("account", account_id))
    return _new_codes(session, account_id)


def pass_code(session: Session, token: str, code: str, *, now: datetime) -> str:
    """Let a waiting sign-in through by a code or a recovery code; returns its new token.

    Raises NotFound("sign-in-again") if none waits, and DomainError("code-wrong").
    """
    waiting = queries.waiting_sign_in(session, token_digest(token), now)
    subject = Subject("account", waiting.account_id)
    if len(plain_code(code)) == RECOVERY_LENGTH:
        _use_recovery(session, waiting.account_id, code, now)
        record(session, oneself(waiting.account_id), "recovery-code-used", subject)
    else:
        _check_totp(session, waiting.account_id, code, now)
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    through = (
        update(SignIn)
        .where(SignIn.id == waiting.id, SignIn.needs_code)
        .values(needs_code=False, token_digest=token_digest(fresh), seen_at=now)
    )
    if rows_changed(session, through) != 1:
        raise Conflict("code-wrong")
    return fresh


def count_code(session: Session, key: str, *, now: datetime) -> bool:
    """Count one try at a code for an account; False when it must not be looked at."""
    return count_attempt(session, f"code:{key}", CODE_LIMITS, now)


def forget_factor(session: Session, account_id: str, *, now: datetime) -> None:
    """Take a lost second factor away and end all sessions; the caller holds two persons' yes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    open_ones = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    session.execute(open_ones.values(ended_at=now))


def _check_totp(session: Session, account_id: str, code: str, now: datetime) -> None:
    """Accept this step's code, or the last one's for ten seconds, once each."""
    row = session.get(SecondFactor, account_id)
    if row is None:
        raise DomainError("code-wrong")
    totp, typed = pyotp.TOTP(queries.secret_of(row)), plain_code(code)
    for step in steps_for(now.timestamp()):
        right = secrets.compare_digest(totp.generate_otp(step).encode(), typed.encode())
        used = (
            update(SecondFactor)
            .where(SecondFactor.account_id == account_id, SecondFactor.last_step < step)
            .values(last_step=step)
        )
        if right and rows_changed(session, used) == 1:
            return
    raise DomainError("code-wrong")


def _use_recovery(session: Session, account_id: str, code: str, now: datetime) -> None:
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.digest == _digest(account_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if rows_changed(session, used) != 1:
        raise DomainError("code-wrong")


def _new_codes(session: Session, account_id: str) -> list[str]:
    """Make the recovery codes; only their keyed digests stay."""
    codes = [
        "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    rows = [{"account_id": account_id, "digest": _digest(account_id, c)} for c in codes]
    session.execute(insert(RecoveryCode), rows)
    return codes


def _digest(account_id: str, code: str) -> bytes:
    """100 random bits need no slow hash; the key keeps a stolen table from being tried out."""
    return cipher().index(f"{account_id}:{plain_code(code)}", "recovery-code")
