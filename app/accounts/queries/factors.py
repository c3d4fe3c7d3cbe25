"""Second factors: whether somebody has one, and whose sign-in waits for its code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RecoveryCode, SecondFactor, SignIn
from app.infra.crypto import cipher
from app.kernel.errors import NotFound

CODE_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FactorView:
    """A second factor on its owner's page. secret: in base 32, only until it is confirmed."""

    secret: str | None
    is_confirmed: bool
    codes_left: int


@dataclass(frozen=True, slots=True)
class WaitingSignIn:
    """A sign-in whose password was right and whose code is still to come."""

    id: str
    account_id: str


def factor_of(session: Session, account_id: str) -> FactorView | None:
    """The account's second factor, begun or confirmed; None if there is none."""
    row = session.get(SecondFactor, account_id)
    if row is None:
        return None
    left = select(func.count()).select_from(RecoveryCode)
    left = left.where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    is_confirmed = row.confirmed_at is not None
    secret = None if is_confirmed else secret_of(row)
    return FactorView(secret, is_confirmed, session.scalar(left) or 0)


def secret_of(row: SecondFactor) -> str:
    """The key in base 32, for checking a code."""
    return cipher().decrypt(row.secret, f"second_factor.secret:{row.account_id}")


def waiting_sign_in(session: Session, token_digest: bytes, at: datetime) -> WaitingSignIn:
    """The sign-in of ten minutes at most that waits for its code. Raises NotFound."""
    statement = (
        select(SignIn.id, SignIn.account_id)
        .join(Account, Account.id == SignIn.account_id)
        .where(
            SignIn.token_digest == token_digest,
            SignIn.needs_code,
            SignIn.ended_at.is_(None),
            SignIn.started_at > at - CODE_WITHIN,
            Account.closed_at.is_(None),
        )
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound("sign-in-again")
    return WaitingSignIn(found.id, found.account_id)


def needs_code(session: Session, token_digest: bytes) -> bool:
    """Whether the sign-in of this token still waits for its code."""
    return bool(
        session.scalar(select(SignIn.needs_code).where(SignIn.token_digest == token_digest))
    )
