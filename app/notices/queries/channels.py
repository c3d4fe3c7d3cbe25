"""Reading what is known of channels: tokens, pauses, wishes not to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.infra.crypto import cipher
from app.notices.models import ChannelToken, ChannelTrouble
from app.notices.rules import Channel


@dataclass(frozen=True, slots=True)
class Pause:
    """A channel by which nothing goes now, and until when; None until somebody mends it."""

    channel: Channel
    code: str
    since: datetime
    until: datetime | None


def access_token(session: Session, provider: str) -> str:
    """The provider's access token in plain; empty if none was kept yet."""
    stored = session.scalar(select(ChannelToken.access).where(ChannelToken.provider == provider))
    return cipher().decrypt(stored, token_place(provider, "access")) if stored else ""


def token_place(provider: str, which: str) -> str:
    """What an encrypted token is bound to."""
    return f"channel_token.{which}:{provider}"


def pauses(session: Session, *, now: datetime) -> Sequence[Pause]:
    """The channels that pause now."""
    paused = or_(ChannelTrouble.needs_person, ChannelTrouble.paused_until > now)
    rows = session.scalars(select(ChannelTrouble).where(paused).order_by(ChannelTrouble.channel))
    return [
        Pause(Channel(r.channel), r.code, r.since, None if r.needs_person else r.paused_until)
        for r in rows
    ]
