"""Pausing a channel in trouble, so that a dead provider costs no message a try."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import POLICY, Action, Actor, Scope
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.notices.actions.tokens import keep_tokens, lock_tokens
from app.notices.models import ChannelTrouble, WardPause
from app.notices.rules import PAUSED_BY_PERSON, Channel

# Five failures within a minute open the breaker for a minute (TRUST.md, 3.6).
ZALO = "zalo"
MOST_FAILURES, WINDOW, REST = 5, timedelta(minutes=1), timedelta(minutes=1)


def note_trouble(session: Session, channel: Channel, code: str, *, now: datetime) -> None:
    """Count one failure of a channel; the fifth within a minute lets it rest for a minute."""
    row, in_window = ChannelTrouble, ChannelTrouble.since > now - WINDOW
    failures = case((in_window, row.failures + 1), else_=1)
    values = {"channel": channel.value, "code": code, "failures": 1, "since": now}
    changed = {
        "code": case((row.needs_person, row.code), else_=code),
        "failures": failures,
        "since": case((in_window, row.since), else_=now),
        "paused_until": case((failures >= MOST_FAILURES, now + REST), else_=row.paused_until),
    }
    statement = insert(row).values(values)
    session.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=changed))


def pause_channel(session: Session, channel: Channel, code: str, *, now: datetime) -> None:
    """Send nothing by a channel until a person has mended it: no balance, a token refused."""
    values = {"code": code, "needs_person": True, "paused_by_id": None, "reason": None}
    statement = insert(ChannelTrouble).values(
        channel=channel.value, failures=1, since=now, **values
    )
    kept = func.coalesce(ChannelTrouble.since, now)
    changed = {**values, "since": case((ChannelTrouble.needs_person, kept), else_=now)}
    session.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=changed))


def let_pause(
    session: Session, actor: Actor, channel: Channel, reason: str, *, now: datetime
) -> None:
    """Send nothing by a channel until it is opened, as a person decided.

    An operator lets it pause for all wards, a ward's staff for their own. Raises
    Conflict("channel-pauses-already").
    """
    paused = _pause_for_all if _is_for_all(actor) else _pause_for_ward
    if not paused(session, actor, channel, reason, now):
        raise Conflict("channel-pauses-already")
    subject = Subject("channel", channel.value, actor.home_ward)
    record(session, actor, "pause-channel", subject, reason=reason)


def _is_for_all(actor: Actor) -> bool:
    return POLICY[Action.MIND_CHANNELS].get(actor.role) is not Scope.WARD


def _pause_for_all(
    session: Session, actor: Actor, channel: Channel, reason: str, now: datetime
) -> bool:
    values: dict[str, object] = {"code": PAUSED_BY_PERSON, "needs_person": True, "since": now}
    values |= {"paused_by_id": actor.account_id, "reason": reason}
    statement = insert(ChannelTrouble).values(channel=channel.value, failures=0, **values)
    statement = statement.on_conflict_do_update(
        index_elements=["channel"], set_=values, where=~ChannelTrouble.needs_person
    )
    return session.scalar(statement.returning(ChannelTrouble.channel)) is not None


def _pause_for_ward(
    session: Session, actor: Actor, channel: Channel, reason: str, now: datetime
) -> bool:
    statement = insert(WardPause).values(
        ward_code=actor.home_ward,
        channel=channel.value,
        since=now,
        paused_by_id=actor.account_id,
        reason=reason,
    )
    statement = statement.on_conflict_do_nothing()
    return session.scalar(statement.returning(WardPause.channel)) is not None


def enter_token(session: Session, actor: Actor, refresh: str, *, now: datetime) -> None:
    """Keep a refresh token of Zalo that somebody fetched there, and open the channel.

    The next message exchanges it for an access token. The journal gets the deed, not the token.
    """
    lock_tokens(session, ZALO, first=refresh)
    keep_tokens(session, ZALO, "", refresh, now=now)
    session.execute(delete(ChannelTrouble).where(*_openable(actor, Channel.ZALO)))
    subject = Subject("channel", Channel.ZALO.value, actor.home_ward)
    record(session, actor, "enter-channel-token", subject)


def open_channel(session: Session, actor: Actor, channel: Channel) -> None:
    """Let messages go by a channel again, as somebody mended it.

    A ward's staff end the pause of their ward first, then one that began by itself; what an
    operator let pause for all is an operator's to open. Raises Conflict("channel-not-paused").
    """
    own = delete(WardPause).where(
        WardPause.ward_code == actor.home_ward, WardPause.channel == channel.value
    )
    if not rows_changed(session, own) and not rows_changed(
        session, delete(ChannelTrouble).where(*_openable(actor, channel))
    ):
        raise Conflict("channel-not-paused")
    subject = Subject("channel", channel.value, actor.home_ward)
    record(session, actor, "open-channel", subject)


def _openable(actor: Actor, channel: Channel) -> list[ColumnElement[bool]]:
    one = [ChannelTrouble.channel == channel.value]
    return one if _is_for_all(actor) else [*one, ChannelTrouble.paused_by_id.is_(None)]
