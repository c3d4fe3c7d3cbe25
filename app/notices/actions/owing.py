"""Owing a notice: one row and one job in the transaction of its event."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.infra.crypto import cipher
from app.infra.jobs import JobName, enqueue, waits
from app.notices.models import Notice
from app.notices.rules import (
    TEMPLATES,
    Channel,
    NoticeDraft,
    RecipientKind,
    Template,
    channel_order,
)

# With the pauses of app.infra.jobs: letters are tried for a day, an SMS for four hours.
MOST_ATTEMPTS = {Channel.EMAIL: 28, Channel.SMS: 8, Channel.ZALO: 8, Channel.IN_APP: 8}

LOOK_AGAIN = timedelta(seconds=30)


def owe(session: Session, draft: NoticeDraft) -> int | None:
    """Owe a message; it leaves after the caller's commit. Returns its id.

    None if this event owes this person the same message already. Raises ValueError if the
    draft lacks a name that the template's words need.
    """
    template, kind = Template(draft.template), RecipientKind(draft.recipient_kind)
    missing = TEMPLATES[template].needs - {*draft.parameters, *draft.personal}
    if missing:
        message = f"notice {template.value} needs {', '.join(sorted(missing))}"
        raise ValueError(message)
    order = channel_order(kind, has_email=bool(draft.email), has_phone=bool(draft.phone))
    first = Channel.IN_APP if draft.in_person else order[0]
    key = draft.dedupe_key
    values: dict[str, object] = {
        "template": template.value,
        "cause": draft.cause,
        "cause_id": draft.cause_id,
        "recipient_kind": kind.value,
        "recipient_id": draft.recipient_id,
        "ward_code": draft.ward_code,
        "language": draft.language,
        "parameters": _plain(draft.parameters),
        "group_id": draft.group_id,
        "number": cipher().index(draft.phone, "phone") if draft.phone else None,
    }
    addresses = {"email": draft.email, "phone": draft.phone}
    kept = {name: text for name, text in addresses.items() if text}
    values["address"] = sealed(kept, "address", key)
    values["personal"] = sealed(_plain(draft.personal), "personal", key)
    return queue(session, key, first, values)


def queue(session: Session, key: str, channel: Channel, values: Mapping[str, object]) -> int | None:
    """Write one row and its job; None if the key is there already."""
    statement = (
        insert(Notice)
        .values(dedupe_key=key, channel=channel.value, **values)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(Notice.id)
    )
    notice_id = session.scalar(statement)
    if notice_id is not None:
        wards = str(values["ward_code"] or "")
        wake_sender(session, notice_id, channel, wards=wards)
    return notice_id


def wake_sender(
    session: Session,
    notice_id: int,
    channel: Channel,
    *,
    wards: str,
    not_before: datetime | None = None,
) -> None:
    """Owe the job that sends a notice; one for each moment it is put off to.

    Put off once more to the moment of the job that does so, as by a machine whose clock is behind
    the database's, it is looked at again half a minute later by the database's clock.
    """
    moment = f":{not_before.isoformat()}" if not_before else ""
    key = f"notice:{notice_id}{moment}"

    def owe_job(dedupe_key: str, at: datetime | None) -> int | None:
        return enqueue(
            session,
            JobName.SEND_NOTICE,
            str(notice_id),
            wards=wards,
            dedupe_key=dedupe_key,
            not_before=at,
            max_attempts=MOST_ATTEMPTS[channel],
        )

    if owe_job(key, not_before) is None and not_before is not None and not waits(session, key):
        again = session.execute(select(func.clock_timestamp())).scalar_one() + LOOK_AGAIN
        owe_job(f"{key}:{again.isoformat()}", again)


def sealed(values: Mapping[str, object], column: str, key: str) -> bytes | None:
    """The values as one encrypted text, bound to the notice with this dedupe key."""
    if not values:
        return None
    text = json.dumps(values, ensure_ascii=False)
    return cipher().encrypt(text, f"notice.{column}:{key}")


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    """Values as JSON keeps them: dates and instants in ISO form."""
    return {
        name: value.isoformat() if isinstance(value, (date, datetime)) else value
        for name, value in values.items()
    }
