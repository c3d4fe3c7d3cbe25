"""When a notice may leave, and what follows when a provider did not take it (DOMAIN.md, 6.1)."""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.households.queries import agreements_to_messages
from app.households.rules import Agreement
from app.infra.transaction import database_now
from app.kernel.clock import VIETNAM
from app.notices import actions, queries
from app.notices.channels import NotTaken, Then
from app.notices.queries import Outgoing
from app.notices.rules import (
    AT_HOME,
    DISTURBING,
    TEMPLATES,
    Channel,
    RecipientKind,
    next_morning,
    send_at,
)

# A channel that waits for a person is looked at again so often.
LOOK_AGAIN = timedelta(minutes=15)
ZALO_OPENS = time(6, 5)
NOT_AGREED: Mapping[Agreement, queries.Limit] = MappingProxyType(
    {
        Agreement.NOT_ASKED: queries.Limit.NOT_ASKED,
        Agreement.REFUSED: queries.Limit.CONSENT_REFUSED,
        Agreement.WITHDRAWN: queries.Limit.CONSENT_WITHDRAWN,
    }
)


def moments_to_leave(
    session: Session, notices: Collection[Outgoing], moment: datetime
) -> dict[int, datetime]:
    """When each of these notices may go, by their ids; `moment` if now.

    It waits for the morning, and while its channel pauses for all or for its ward.
    """
    leaves_at = {notice.id: send_at(moment, notice.channel) for notice in notices}
    wards = {notice.ward_code for notice in notices if notice.ward_code}
    found = [*queries.pauses(session, now=moment), *queries.ward_pauses(session, wards)]
    for notice in notices if found else ():
        for pause in found:
            if pause.channel is notice.channel and pause.ward_code in {"", notice.ward_code}:
                until = pause.until or moment + LOOK_AGAIN
                leaves_at[notice.id] = max(leaves_at[notice.id], until)
    return leaves_at


def unwanted(
    session: Session, notices: Collection[Outgoing], moment: datetime
) -> dict[int, queries.Limit]:
    """Which people are not told now, once that is stored: no consent, a wish, told enough."""
    limits = queries.limits_on(session, [notice.id for notice in notices], now=moment)
    limits |= _not_agreed(session, notices)
    for notice in notices:
        if notice.id in limits:
            _heed(session, notice, limits[notice.id], moment)
    return limits


def _heed(session: Session, notice: Outgoing, limit: queries.Limit, moment: datetime) -> None:
    """Store what follows from a limit: another day, a voice instead, or nothing at all."""
    is_urgent = TEMPLATES[notice.template].is_urgent and notice.recipient_kind in AT_HOME
    if limit is queries.Limit.ONE_A_DAY:
        actions.put_off(session, notice.id, next_morning(moment))
    elif limit is queries.Limit.MONTH_FULL or (limit is queries.Limit.OPTED_OUT and not is_urgent):
        actions.skip(session, notice.id, limit.value)
    else:
        forgets = limit in {queries.Limit.CONSENT_REFUSED, queries.Limit.CONSENT_WITHDRAWN}
        actions.tell_by_voice(session, notice.id, limit.value, forgets_number=forgets)


def _not_agreed(session: Session, notices: Collection[Outgoing]) -> dict[int, queries.Limit]:
    """Those to the phone of a household that does not agree to messages, at this moment."""
    homes = {
        notice.id: notice.recipient_id
        for notice in notices
        if notice.recipient_kind is RecipientKind.HOUSEHOLD and notice.channel in DISTURBING
    }
    said = agreements_to_messages(session, set(homes.values())) if homes else {}
    return {
        each: NOT_AGREED[said[home]] for each, home in homes.items() if said[home] in NOT_AGREED
    }


def after_refusal(session: Session, notice_id: int, channel: Channel, refused: NotTaken) -> None:
    """Store what a refusal means: another time, another channel, or a channel that pauses."""
    moment = database_now(session)
    if refused.then in {Then.NEXT_MORNING, Then.NEXT_DAY, Then.PAUSE_CHANNEL}:
        if refused.then is Then.PAUSE_CHANNEL:
            actions.pause_channel(session, channel, refused.code, now=moment)
        actions.put_back(session, notice_id, refused.code)
        actions.put_off(session, notice_id, _later(refused.then, channel, moment))
        return
    if refused.then is Then.OPTED_OUT:
        _note_wish(session, notice_id)
    actions.record_failure(
        session, notice_id, refused.code, goes_on=_goes_on(session, notice_id, refused)
    )


def _note_wish(session: Session, notice_id: int) -> None:
    """The person refused at the provider: it is a wish about the notice's topic."""
    notice = queries.outgoing(session, notice_id)
    topic = TEMPLATES[notice.template].topic if notice else None
    if topic is not None:
        for whom in queries.whom_of(session, notice_id):
            actions.opt_out(session, whom, topic, "provider")


def _goes_on(session: Session, notice_id: int, refused: NotTaken) -> bool:
    """Whether the next channel is tried: not after a person's no, unless it is urgent."""
    notice = queries.outgoing(session, notice_id)
    is_urgent = notice is not None and TEMPLATES[notice.template].is_urgent
    return refused.then is not Then.OPTED_OUT or is_urgent


def _later(then: Then, channel: Channel, moment: datetime) -> datetime:
    if then is Then.PAUSE_CHANNEL:
        return send_at(moment + LOOK_AGAIN, channel)
    local = moment.astimezone(VIETNAM)
    opens = local.replace(hour=ZALO_OPENS.hour, minute=ZALO_OPENS.minute, second=0, microsecond=0)
    if then is Then.NEXT_DAY or opens <= local:
        opens += timedelta(days=1)
    return send_at(opens, channel)
