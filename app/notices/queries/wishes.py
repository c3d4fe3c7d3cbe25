"""What limits the telling of a person: wishes, one message a day, so many a month."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.notices.models import Notice, OptOut
from app.notices.rules import (
    DISTURBING,
    MONTH,
    MOST_A_MONTH,
    TEMPLATES,
    Channel,
    NoticeState,
    RecipientKind,
    Template,
    Topic,
    day_began,
)


class Limit(StrEnum):
    """Why a person is not told, or not now."""

    OPTED_OUT = "opted-out"
    ONE_A_DAY = "one-a-day"
    MONTH_FULL = "month-full"


def whom_of(session: Session, notice_id: int) -> list[str]:
    """By which names a notice's reader may have said a wish: the account or donor, the number."""
    return _whom(session.get_one(Notice, notice_id))


def _whom(notice: Notice) -> list[str]:
    kind = RecipientKind(notice.recipient_kind)
    known = kind in {RecipientKind.ACCOUNT, RecipientKind.DONOR}
    own = [f"{kind.value}:{notice.recipient_id}"] if known else []
    return own + ([f"number:{notice.number.hex()}"] if notice.number else [])


def limit_on(session: Session, notice_id: int, *, now: datetime) -> Limit | None:
    """What forbids to send a queued notice at `now`, or None.

    Two senders to one telephone wait for each other until the transaction ends.
    """
    notice = session.get_one(Notice, notice_id)
    facts, channel = TEMPLATES[Template(notice.template)], Channel(notice.channel)
    if facts.topic is not None and channel is not Channel.IN_APP:
        wish = (OptOut.whom.in_(_whom(notice)), OptOut.topic == facts.topic.value)
        if session.scalar(select(OptOut.topic).where(*wish).limit(1)) is not None:
            return Limit.OPTED_OUT
    if facts.is_urgent or channel not in DISTURBING or notice.number is None:
        return None
    return _too_many(session, notice.number, now)


def _too_many(session: Session, number: bytes, now: datetime) -> Limit | None:
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(number.hex()))))
    gone = (NoticeState.SENT.value, NoticeState.DELIVERED.value, NoticeState.UNCERTAIN.value)
    left = or_(
        and_(Notice.state.in_(gone), Notice.sent_at > now - MONTH),
        Notice.state == NoticeState.SENDING.value,
    )
    by_phone = Notice.channel.in_([c.value for c in DISTURBING])
    today = func.count().filter(or_(Notice.sent_at.is_(None), Notice.sent_at >= day_began(now)))
    counted = select(func.count(), today).where(Notice.number == number, by_phone, left)
    in_month, in_day = session.execute(counted).one()
    if in_month >= MOST_A_MONTH:
        return Limit.MONTH_FULL
    return Limit.ONE_A_DAY if in_day else None


def own_topics(session: Session, actor: Actor) -> Sequence[Topic]:
    """The topics that this person has turned off."""
    rows = session.scalars(select(OptOut.topic).where(OptOut.whom == own_name(actor)))
    return [Topic(row) for row in rows]


def own_name(actor: Actor) -> str:
    """Under which name the wishes of a signed-in person stand: the donor's, or the account's."""
    if actor.donor_id is not None:
        return f"donor:{actor.donor_id}"
    return f"account:{actor.account_id}"
