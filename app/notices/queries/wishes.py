"""What limits the telling of a person: wishes, one message a day, so many a month."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, or_, select, text
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

# In one order everywhere, so that two senders of many cannot wait for each other in a ring.
LOCK_NUMBERS = text(
    "select pg_advisory_xact_lock(h) from (select distinct hashtext(n) as h"
    " from unnest(cast(:numbers as text[])) n order by h) sorted"
)


class Limit(StrEnum):
    """Why a person is not told, or not now."""

    OPTED_OUT = "opted-out"
    NOT_ASKED = "not-asked"
    CONSENT_REFUSED = "consent-refused"
    CONSENT_WITHDRAWN = "consent-withdrawn"
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


def limits_on(session: Session, ids: Collection[int], *, now: datetime) -> dict[int, Limit]:
    """What forbids to send queued notices at `now`, by their ids; what may go is left out.

    Two senders to one telephone wait for each other until the transaction ends; of two notices
    to one telephone here, the first goes.
    """
    rows = session.scalars(select(Notice).where(Notice.id.in_(ids)).order_by(Notice.id)).all()
    wishes, found = _wishes(session, rows), dict[int, Limit]()
    counted = [notice for notice in rows if _is_counted(notice)]
    told = _told(session, {n.number for n in counted if n.number is not None}, now)
    for notice in rows:
        topic = TEMPLATES[Template(notice.template)].topic
        asked = topic if notice.channel != Channel.IN_APP.value else None
        if asked is not None and any((whom, asked.value) in wishes for whom in _whom(notice)):
            found[notice.id] = Limit.OPTED_OUT
        elif notice.number is not None and _is_counted(notice):
            month, day = told.get(notice.number, (0, 0))
            if month >= MOST_A_MONTH:
                found[notice.id] = Limit.MONTH_FULL
            elif day:
                found[notice.id] = Limit.ONE_A_DAY
            else:
                told[notice.number] = (month + 1, day + 1)
    return found


def _is_counted(notice: Notice) -> bool:
    """Whether it counts among what a telephone gets: it rings, and is not urgent."""
    is_urgent = TEMPLATES[Template(notice.template)].is_urgent
    return Channel(notice.channel) in DISTURBING and not is_urgent and notice.number is not None


def _wishes(session: Session, notices: Collection[Notice]) -> set[tuple[str, str]]:
    """By whom and about what the readers of these said a wish."""
    names = {whom for notice in notices for whom in _whom(notice)}
    if not names:
        return set()
    said = session.execute(select(OptOut.whom, OptOut.topic).where(OptOut.whom.in_(names)))
    return {(row.whom, row.topic) for row in said}


def _told(
    session: Session, numbers: Collection[bytes], now: datetime
) -> dict[bytes, tuple[int, int]]:
    """How many messages each number had within a month and today, with these numbers locked."""
    if not numbers:
        return {}
    session.execute(LOCK_NUMBERS, {"numbers": [number.hex() for number in numbers]})
    gone = (NoticeState.SENT.value, NoticeState.DELIVERED.value, NoticeState.UNCERTAIN.value)
    left = or_(
        and_(Notice.state.in_(gone), Notice.sent_at > now - MONTH),
        Notice.state == NoticeState.SENDING.value,
    )
    by_phone = Notice.channel.in_([c.value for c in DISTURBING])
    today = func.count().filter(or_(Notice.sent_at.is_(None), Notice.sent_at >= day_began(now)))
    counted = select(Notice.number, func.count(), today).where(Notice.number.in_(numbers))
    rows = session.execute(counted.where(by_phone, left).group_by(Notice.number))
    return {bytes(number): (month, day) for number, month, day in rows if number is not None}


def own_topics(session: Session, actor: Actor) -> Sequence[Topic]:
    """The topics that this person has turned off."""
    rows = session.scalars(select(OptOut.topic).where(OptOut.whom == own_name(actor)))
    return [Topic(row) for row in rows]


def own_name(actor: Actor) -> str:
    """Under which name the wishes of a signed-in person stand: the donor's, or the account's."""
    if actor.donor_id is not None:
        return f"donor:{actor.donor_id}"
    return f"account:{actor.account_id}"
