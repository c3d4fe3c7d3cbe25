"""Keeping a provider's tokens, which are worth nothing unless both are kept in one write."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.infra.crypto import cipher
from app.notices.models import ChannelToken
from app.notices.queries.channels import token_place


@dataclass(frozen=True, slots=True)
class KeptPair:
    """The tokens as they are now; access is empty before the first renewal."""

    access: str
    refresh: str


def lock_tokens(session: Session, provider: str, *, first: str) -> KeptPair:
    """The provider's tokens, locked until the transaction ends; `first` if none were kept."""
    key = func.hashtext(f"channel-token:{provider}")
    session.execute(select(func.pg_advisory_xact_lock(key)))
    row = session.scalars(
        select(ChannelToken).where(ChannelToken.provider == provider)
    ).one_or_none()
    if row is None:
        return KeptPair("", first)
    access = cipher().decrypt(row.access, token_place(provider, "access"))
    return KeptPair(access, cipher().decrypt(row.refresh, token_place(provider, "refresh")))


def keep_tokens(
    session: Session, provider: str, access: str, refresh: str, *, now: datetime
) -> None:
    """Replace both tokens of the provider in one statement."""
    values = {
        "access": cipher().encrypt(access, token_place(provider, "access")),
        "refresh": cipher().encrypt(refresh, token_place(provider, "refresh")),
        "renewed_at": now,
    }
    statement = insert(ChannelToken).values(provider=provider, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["provider"], set_=values))
