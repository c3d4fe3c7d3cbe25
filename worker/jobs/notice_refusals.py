"""When a notice may leave, and what follows when a provider did not take it (DOMAIN.md, 6.1)."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from app.kernel.clock import VIETNAM, now
from app.notices import actions, queries
from app.notices.channels import NotTaken, Then
from app.notices.rules import Channel, send_at

# A channel that waits for a person is looked at again so often.
LOOK_AGAIN = timedelta(minutes=15)
ZALO_OPENS = time(6, 5)


def moment_to_leave(session: Session, channel: Channel, moment: datetime) -> tuple[datetime, str]:
    """When a message may go by a channel, `moment` if now, and why not before.

    It waits for the morning, and while its channel pauses.
    """
    leaves_at, reason = send_at(moment, channel), "put-off-to-the-morning"
    for pause in queries.pauses(session, now=moment):
        if pause.channel is channel:
            leaves_at = max(leaves_at, pause.until or moment + LOOK_AGAIN)
            reason = "channel-paused"
    return leaves_at, reason


def after_refusal(session: Session, notice_id: int, channel: Channel, refused: NotTaken) -> None:
    """Store what a refusal means: another time, another channel, or a channel that pauses."""
    moment = now()
    if refused.then in {Then.NEXT_MORNING, Then.NEXT_DAY, Then.PAUSE_CHANNEL}:
        if refused.then is Then.PAUSE_CHANNEL:
            actions.pause_channel(session, channel, refused.code, now=moment)
        actions.put_back(session, notice_id, refused.code)
        actions.put_off(session, notice_id, _later(refused.then, channel, moment))
    else:
        actions.record_failure(session, notice_id, refused.code)


def _later(then: Then, channel: Channel, moment: datetime) -> datetime:
    if then is Then.PAUSE_CHANNEL:
        return send_at(moment + LOOK_AGAIN, channel)
    local = moment.astimezone(VIETNAM)
    opens = local.replace(hour=ZALO_OPENS.hour, minute=ZALO_OPENS.minute, second=0, microsecond=0)
    if then is Then.NEXT_DAY or opens <= local:
        opens += timedelta(days=1)
    return send_at(opens, channel)
