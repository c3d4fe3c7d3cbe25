"""Sending a notice, step by step: each step is a guarded change of its state (TRUST.md, 3.6)."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Update, bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.notices.actions.owing import queue, sealed, wake_sender
from app.notices.models import Notice
from app.notices.queries import GOES_ON, SECOND, address_of, opened, own_words
from app.notices.rules import (
    TEMPLATES,
    TRANSITIONS,
    Channel,
    Letter,
    NoticeState,
    RecipientKind,
    Template,
    channel_after,
    channel_order,
    sms_size,
)
from app.notices.wording import CannotBeWorded, facts_of, words_of

# Longer than any call to a provider: a row that is `sending` past it has lost its sender.
SENDER_LEASE = timedelta(minutes=2)


def claim_notice(
    session: Session, notice_id: int, *, base_url: str, now: datetime
) -> Letter | None:
    """Take a queued notice to be sent: queued -> sending, one more attempt, its words made.

    None, and nothing left to do, if it is not queued any more or its words cannot be made;
    then it has failed.
    """
    notice = _locked(session, notice_id)
    if notice.state != NoticeState.QUEUED.value:
        return None
    key = f"nc-{notice.id}"
    taken = {"provider_id_sent": key, "lease_until": now + SENDER_LEASE}
    template, channel = Template(notice.template), Channel(notice.channel)
    filled = {**notice.parameters, **opened(notice, "personal"), "base_url": base_url}
    try:
        own = own_words(session, notice, filled) if channel is Channel.SMS else None
        words = words_of(template, channel, notice.language, filled, own)
    except CannotBeWorded as error:
        _turn(session, notice_id, NoticeState.SENDING, **taken)
        record_failure(session, notice_id, error.code)
        return None
    made = {
        "subject": words.subject,
        "body": sealed({"text": words.text, "html": words.html or ""}, "body", notice.dedupe_key),
        "parts": sms_size(words.text).parts if channel is Channel.SMS else None,
    }
    address = address_of(notice)
    _turn(session, notice_id, NoticeState.SENDING, **taken, **made)
    return Letter(
        key=key,
        template=template,
        channel=channel,
        address=address,
        subject=words.subject,
        text=words.text,
        html=words.html,
        facts=facts_of(filled),
        opt_out_url="" if TEMPLATES[template].is_private else f"{base_url}/notices/mine/topics",
    )


def record_sent(session: Session, notice_id: int, provider_id: str, *, now: datetime) -> None:
    """The provider took it: sending -> sent. Raises Conflict if it is not being sent."""
    told = {"provider_id": provider_id, "sent_at": now, "last_error": None}
    _turn(session, notice_id, NoticeState.SENT, **told)


def put_back(session: Session, notice_id: int, error: str) -> None:
    """It was refused before the provider took it: sending -> queued, for a later try."""
    _turn(session, notice_id, NoticeState.QUEUED, last_error=error)


def doubt(session: Session, notice_id: int, error: str) -> None:
    """Nobody knows whether it left: sending -> uncertain, for a person to decide."""
    _turn(session, notice_id, NoticeState.UNCERTAIN, last_error=error)


def skip(session: Session, notice_id: int, reason: str = "no-longer-true") -> None:
    """What it says does not hold any more, or its reader does not want it: queued -> skipped."""
    _turn(session, notice_id, NoticeState.SKIPPED, last_error=reason)


def tell_by_voice(session: Session, notice_id: int, reason: str) -> None:
    """Skip a notice and make telling it a task of the ward's people instead."""
    notice = _locked(session, notice_id)
    _turn(session, notice.id, NoticeState.SKIPPED, last_error=reason)
    key = f"{notice.dedupe_key.partition(SECOND)[0]}{SECOND}{Channel.IN_APP.value}"
    owe_again(session, notice, key, Channel.IN_APP)


def put_off(session: Session, notice_id: int, until: datetime) -> None:
    """Leave a queued notice until a moment, such as the end of the night."""
    notice = _locked(session, notice_id)
    session.execute(update(Notice).where(Notice.id == notice_id).values(not_before=until))
    wards, channel = notice.ward_code or "", Channel(notice.channel)
    wake_sender(session, notice_id, channel, wards=wards, not_before=until)


def record_failure(session: Session, notice_id: int, error: str, *, goes_on: bool = True) -> None:
    """It will not go by this channel: sending -> failed, and the next channel is owed.

    A private notice has no next channel, IN_APP is the last one, and without `goes_on` it ends.
    """
    notice = _locked(session, notice_id)
    channel, kept = Channel(notice.channel), opened(notice, "address")
    kind, template = RecipientKind(notice.recipient_kind), Template(notice.template)
    order = channel_order(kind, has_email="email" in kept, has_phone="phone" in kept)
    ends = TEMPLATES[template].is_private or not goes_on
    following = None if ends else channel_after(channel, order)
    reason = GOES_ON if following is not None else error
    _turn(session, notice.id, NoticeState.FAILED, last_error=reason, delivery_code=error)
    if following is not None:
        base = notice.dedupe_key.partition(SECOND)[0]
        owe_again(session, notice, f"{base}{SECOND}{following.value}", following)


def owe_again(session: Session, notice: Notice, key: str, channel: Channel) -> int | None:
    """Owe the same message under a second key; what is encrypted is bound to that key anew."""
    event = ("template", "cause", "cause_id")
    reader = ("recipient_kind", "recipient_id", "ward_code", "group_id", "number")
    values: dict[str, object] = {name: getattr(notice, name) for name in event + reader}
    values |= {"language": notice.language, "parameters": notice.parameters}
    for column in ("address", "personal"):
        values[column] = sealed(dict(opened(notice, column)), column, key)
    return queue(session, key, channel, values)


def _locked(session: Session, notice_id: int) -> Notice:
    notice = session.get(Notice, notice_id, with_for_update=True, populate_existing=True)
    if notice is None:
        raise Conflict("notice-changed-meanwhile")
    return notice


def _turn(session: Session, notice_id: int, after: NoticeState, **values: object) -> None:
    """Move a notice on, only from a state that may lead there."""
    if after is not NoticeState.SENDING:
        values["lease_until"] = None
    statement = _turning(after, tuple(sorted(values)))
    given = {f"new_{name}": value for name, value in values.items()}
    if rows_changed(session, statement, {"which": notice_id, **given}) != 1:
        raise Conflict("notice-changed-meanwhile")
    # The update passes the session's memory by, which the next reader asks first.
    if (notice := session.identity_map.get(identity_key(Notice, notice_id))) is not None:
        session.expire(notice)


@cache
def _turning(after: NoticeState, names: tuple[str, ...]) -> Update:
    """The guarded change, built once: each message takes two, and a campaign is thousands."""
    before = [s.value for s in NoticeState if after in TRANSITIONS[s]]
    changed: dict[str, object] = {name: bindparam(f"new_{name}") for name in names}
    if after is NoticeState.SENDING:
        changed["attempts"] = Notice.attempts + 1
    return (
        update(Notice)
        .where(Notice.id == bindparam("which"), Notice.state.in_(before))
        .values(state=after.value, **changed)
        .execution_options(synchronize_session=False)
    )
