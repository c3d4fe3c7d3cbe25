"""Sending a notice, step by step: each step is a guarded change of its state (TRUST.md, 3.6)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import cast

from sqlalchemy import Table, Update, bindparam, or_, select, update
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
)
from app.notices.sms import sms_size
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
    return claim_notices(session, [notice_id], base_url=base_url, now=now).get(notice_id)


def claim_notices(
    session: Session, ids: Collection[int], *, base_url: str, now: datetime
) -> dict[int, Letter]:
    """The same for many, by their ids; those that claim_notice() has None for are left out."""
    which = (Notice.id.in_(ids), Notice.state == NoticeState.QUEUED.value)
    statement = select(Notice).where(*which).order_by(Notice.id).with_for_update()
    queued = session.scalars(statement, execution_options={"populate_existing": True})
    letters, rows = dict[int, Letter](), list[dict[str, object]]()
    for notice in queued.all():
        taken = {"provider_id_sent": f"nc-{notice.id}", "lease_until": now + SENDER_LEASE}
        try:
            letters[notice.id] = letter = _letter(session, notice, base_url)
        except CannotBeWorded as error:
            _turn(session, notice.id, NoticeState.SENDING, **taken)
            record_failure(session, notice.id, error.code)
            continue
        words = {"text": letter.text, "html": letter.html or ""}
        made = {
            "subject": letter.subject,
            "body": sealed(words, "body", notice.dedupe_key),
            "parts": sms_size(letter.text).parts if letter.channel is Channel.SMS else None,
        }
        rows.append({"which": notice.id, **taken, **made})
    _turn_all(session, NoticeState.SENDING, rows)
    return letters


def _letter(session: Session, notice: Notice, base_url: str) -> Letter:
    """A notice in words, as its channel takes them. Raises CannotBeWorded."""
    template, channel = Template(notice.template), Channel(notice.channel)
    filled = {**notice.parameters, **opened(notice, "personal"), "base_url": base_url}
    own = own_words(session, notice, filled) if channel is not Channel.ZALO else {}
    words = words_of(template, channel, notice.language, filled, own)
    return Letter(
        key=f"nc-{notice.id}",
        template=template,
        channel=channel,
        address=address_of(notice),
        subject=words.subject,
        text=words.text,
        html=words.html,
        facts=facts_of(filled),
        opt_out_url="" if TEMPLATES[template].is_private else f"{base_url}/notices/mine/topics",
    )


def record_sent(session: Session, notice_id: int, provider_id: str, *, now: datetime) -> None:
    """The provider took it: sending -> sent. Raises Conflict if it is not being sent."""
    record_all_sent(session, {notice_id: provider_id}, now=now)


def record_all_sent(session: Session, sent: Mapping[int, str], *, now: datetime) -> None:
    """The same for many: the provider's id for each. Raises Conflict if one is not being sent."""
    told = {"sent_at": now, "last_error": None}
    rows: list[dict[str, object]] = [
        {"which": each, "provider_id": known, **told} for each, known in sent.items()
    ]
    _turn_all(session, NoticeState.SENT, rows)


def put_back(session: Session, notice_id: int, error: str | None) -> None:
    """The provider did not take it, or was not called: sending -> queued, for a later try."""
    _turn(session, notice_id, NoticeState.QUEUED, last_error=error)


def doubt(session: Session, notice_id: int, error: str) -> None:
    """Nobody knows whether it left: sending -> uncertain, for a person to decide."""
    _turn(session, notice_id, NoticeState.UNCERTAIN, last_error=error)


def skip(session: Session, notice_id: int, reason: str = "no-longer-true") -> None:
    """What it says does not hold any more, or its reader does not want it: queued -> skipped."""
    _turn(session, notice_id, NoticeState.SKIPPED, last_error=reason)


def tell_by_voice(
    session: Session, notice_id: int, reason: str, *, forgets_number: bool = False
) -> None:
    """Skip a notice and make telling it a task of the ward's people instead.

    forgets_number: they knock, as the person does not want the number used.
    """
    notice = _locked(session, notice_id)
    _turn(session, notice.id, NoticeState.SKIPPED, last_error=reason)
    key = f"{notice.dedupe_key.partition(SECOND)[0]}{SECOND}{Channel.IN_APP.value}"
    without = {"address": None, "number": None} if forgets_number else {}
    owe_again(session, notice, key, Channel.IN_APP, without)


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


def owe_again(
    session: Session,
    notice: Notice,
    key: str,
    channel: Channel,
    changed: Mapping[str, object] | None = None,
) -> int | None:
    """Owe the same message under a second key; what is encrypted is bound to that key anew.

    changed: values that differ from those of the first.
    """
    event = ("template", "cause", "cause_id")
    reader = ("recipient_kind", "recipient_id", "ward_code", "group_id", "number")
    values: dict[str, object] = {name: getattr(notice, name) for name in event + reader}
    values |= {"language": notice.language, "parameters": notice.parameters}
    for column in ("address", "personal"):
        values[column] = sealed(dict(opened(notice, column)), column, key)
    return queue(session, key, channel, values | dict(changed or {}))


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


def _turn_all(session: Session, after: NoticeState, rows: Sequence[dict[str, object]]) -> None:
    """Move many on in one round trip, each by a row of `which` and new values alike in names."""
    if not rows:
        return
    lease = {} if after is NoticeState.SENDING else {"lease_until": None}
    names = tuple(sorted({*rows[0], *lease} - {"which"}))
    given = [
        {"which": row["which"], **{f"new_{name}": {**row, **lease}[name] for name in names}}
        for row in rows
    ]
    # As a statement of the table: the mapping's own way with many rows takes no guard.
    done = session.connection().execute(_turning_rows(after, names), given)
    if done.rowcount != len(rows):
        raise Conflict("notice-changed-meanwhile")
    for row in rows:
        if (notice := session.identity_map.get(identity_key(Notice, row["which"]))) is not None:
            session.expire(notice)


@cache
def _turning_rows(after: NoticeState, names: tuple[str, ...]) -> Update:
    table = cast("Table", Notice.__table__)
    before = [table.c.state == s.value for s in NoticeState if after in TRANSITIONS[s]]
    changed: dict[str, object] = {name: bindparam(f"new_{name}") for name in names}
    if after is NoticeState.SENDING:
        changed["attempts"] = table.c.attempts + 1
    chosen = update(table).where(table.c.id == bindparam("which"), or_(*before))
    return chosen.values(state=after.value, **changed)


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
