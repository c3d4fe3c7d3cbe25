"""What a provider reports later: it arrived, or it did not. Repeats and old news change nothing."""

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from app.infra.transaction import rows_changed
from app.notices.models import Notice
from app.notices.rules import NoticeState

MOST_CODE, MOST_DIGITS = 60, 18


def note_delivery(session: Session, key: str, code: str, *, arrived: bool, now: datetime) -> bool:
    """Note that the message with our `key` arrived or did not; False if that says nothing new.

    Forward only: uncertain or sent -> delivered; of a failure only the code is kept, as
    a person may have read the message by another channel since. `code` is the provider's own.
    """
    number = key.removeprefix("nc-")
    if not number.isdecimal() or len(number) > MOST_DIGITS:
        return False
    open_states = (NoticeState.SENT.value, NoticeState.UNCERTAIN.value)
    one = update(Notice).where(Notice.id == int(number), Notice.provider_id_sent == key)
    one = one.where(Notice.state.in_(open_states))
    if not arrived:
        late = one.where(Notice.delivery_code.is_(None))
        return rows_changed(session, late.values(delivery_code=code[:MOST_CODE])) == 1
    sent_at = func.coalesce(Notice.sent_at, now)
    arrived_now = one.values(
        state=NoticeState.DELIVERED.value, delivery_code=code[:MOST_CODE], sent_at=sent_at
    )
    return rows_changed(session, arrived_now) == 1
