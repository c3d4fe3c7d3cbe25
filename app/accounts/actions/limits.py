"""Counting tries, so that nobody can guess by trying."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Attempt
from app.infra.crypto import cipher


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` within `window`."""

    tries: int
    window: timedelta


ACCOUNT_LIMITS = (Limit(5, timedelta(minutes=1)), Limit(20, timedelta(days=1)))
ADDRESS_LIMITS = (Limit(100, timedelta(minutes=10)),)
RESET_LIMITS = (Limit(3, timedelta(hours=1)),)


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
