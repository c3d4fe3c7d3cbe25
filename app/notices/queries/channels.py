"""Reading what is known of channels: tokens, pauses, wishes not to be told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.queries import names_of
from app.infra.crypto import cipher
from app.notices.models import ChannelToken, ChannelTrouble, Notice, WardPause
from app.notices.rules import PAUSED_BY_PERSON, Channel, NoticeState


@dataclass(frozen=True, slots=True)
class Pause:
    """A channel by which nothing goes now, and until when; None until somebody mends it.

    by: the name of the person who let it pause, with their reason; empty if it paused by itself.
    ward_code: whose messages wait; empty for those of all wards.
    """

    channel: Channel
    code: str
    since: datetime
    until: datetime | None
    by: str = ""
    reason: str = ""
    ward_code: str = ""

    @property
    def is_wards(self) -> bool:
        """Whether a ward's staff may end it: their own, or one that no person began."""
        return bool(self.ward_code) or not self.reason


def access_token(session: Session, provider: str) -> str:
    """The provider's access token in plain; empty if none was kept yet."""
    stored = session.scalar(select(ChannelToken.access).where(ChannelToken.provider == provider))
    return cipher().decrypt(stored, token_place(provider, "access")) if stored else ""


def token_place(provider: str, which: str) -> str:
    """What an encrypted token is bound to."""
    return f"channel_token.{which}:{provider}"


def pauses(session: Session, *, now: datetime) -> Sequence[Pause]:
    """The channels that pause now for all wards."""
    paused = or_(ChannelTrouble.needs_person, ChannelTrouble.paused_until > now)
    rows = session.scalars(select(ChannelTrouble).where(paused).order_by(ChannelTrouble.channel))
    return [_pause(row) for row in rows]


def ward_pauses(session: Session, wards: Collection[str]) -> Sequence[Pause]:
    """The channels that staff of these wards let pause for their own ward."""
    return _ward_pauses(session, WardPause.ward_code.in_(sorted(wards))) if wards else []


def pauses_of_wards(session: Session) -> Sequence[Pause]:
    """The channels that any ward lets pause for itself, with who let them; the oldest first.

    For whoever minds the channels of all wards.
    """
    found = sorted(_ward_pauses(session, true()), key=lambda p: (p.since, p.ward_code))
    return _named(session, found)


def _ward_pauses(session: Session, which: ColumnElement[bool]) -> list[Pause]:
    return [
        Pause(
            Channel(row.channel),
            PAUSED_BY_PERSON,
            row.since,
            None,
            row.paused_by_id,
            row.reason,
            row.ward_code,
        )
        for row in session.scalars(select(WardPause).where(which).order_by(WardPause.channel))
    ]


def _named(session: Session, found: Sequence[Pause]) -> list[Pause]:
    names = names_of(session, {pause.by for pause in found if pause.by})
    return [replace(pause, by=names.get(pause.by, "")) for pause in found]


def pauses_with_names(
    session: Session, wards: Collection[str], *, now: datetime
) -> dict[Channel, list[Pause]]:
    """The pauses of each channel, for all and for these wards, with who let them."""
    found = [*pauses(session, now=now), *ward_pauses(session, wards)]
    named = _named(session, found)
    return {each: [p for p in named if p.channel is each] for each in Channel}


def waiting_by_channel(session: Session, wards: Collection[str] | None) -> dict[Channel, int]:
    """How many messages of these wards wait to leave, by channel; of all wards for None."""
    counted = select(Notice.channel, func.count()).where(Notice.state == NoticeState.QUEUED.value)
    if wards is not None:
        counted = counted.where(Notice.ward_code.in_(sorted(wards)))
    rows = session.execute(counted.group_by(Notice.channel))
    return {Channel(channel): count for channel, count in rows}


def _pause(row: ChannelTrouble) -> Pause:
    until = None if row.needs_person else row.paused_until
    by, reason = row.paused_by_id or "", row.reason or ""
    return Pause(Channel(row.channel), row.code, row.since, until, by, reason)
