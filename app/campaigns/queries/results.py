"""Reading what became of a campaign's reminders."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.campaigns.models import InsuranceCard, Reminder
from app.campaigns.queries.plans import CAUSE_ID, holder_of
from app.campaigns.rules import INSURANCE
from app.notices.models import Notice
from app.notices.rules import Channel, NoticeState

PAGE = 50


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one reminder. parts: of its SMS, or 0. is_task: it is told in person."""

    notice_id: int
    name: str
    step: int
    expires_on: date
    channel: str
    state: NoticeState
    error: str | None
    parts: int
    is_task: bool
    is_told: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How many reminders stand where, told in person or not yet aside, and SMS parts sent.

    leaves_at: when the first of those that wait may leave; None if none waits.
    """

    states: Counter[NoticeState]
    parts: int
    total: int
    told: int
    to_tell: int
    leaves_at: datetime | None


def progress_of(session: Session, campaign_id: int) -> Progress:
    """How many people stand where. Of a reminder that went on to another channel, the last."""
    last = _last_tries(campaign_id).subquery()
    kinds = (last.c.state, last.c.is_task, last.c.is_told)
    rows = session.execute(
        select(
            *kinds,
            func.count().label("people"),
            func.sum(last.c.parts).label("parts"),
            func.min(last.c.not_before).label("leaves_at"),
        ).group_by(*kinds)
    ).all()
    states = Counter({NoticeState(r.state): r.people for r in rows if not r.is_task})
    told = sum(r.people for r in rows if r.is_task and r.is_told)
    to_tell = sum(r.people for r in rows if r.is_task and not r.is_told)
    parts = int(sum(r.parts or 0 for r in rows))
    leaves_at = min((r.leaves_at for r in rows if r.state == NoticeState.QUEUED), default=None)
    return Progress(states, parts, states.total() + told + to_tell, told, to_tell, leaves_at)


def results_of(session: Session, campaign_id: int, *, after: int = 0) -> list[Result]:
    """What became of each reminder, a page at a time."""
    last = _last_tries(campaign_id).subquery()
    rows = session.execute(
        select(last, InsuranceCard)
        .join(InsuranceCard, InsuranceCard.id == last.c.card_id)
        .where(last.c.first_id > after)
        .order_by(last.c.first_id)
        .limit(PAGE)
    )
    return [
        Result(
            notice_id=row.first_id,
            name=str(holder_of(row.InsuranceCard)["name"]),
            step=row.step,
            expires_on=row.expires_on,
            channel=row.channel,
            state=NoticeState(row.state),
            error=row.last_error,
            parts=row.parts or 0,
            is_task=row.is_task,
            is_told=row.is_told,
        )
        for row in rows
    ]


def _last_tries(campaign_id: int) -> Select[*tuple[Any, ...]]:
    """Each reminder with its newest notice."""
    in_person = Notice.channel == Channel.IN_APP.value
    return (
        select(
            Reminder.card_id,
            Reminder.expires_on,
            Reminder.step,
            Reminder.notice_id.label("first_id"),
            Notice.channel,
            Notice.state,
            Notice.last_error,
            Notice.parts,
            Notice.not_before,
            (in_person & (Notice.state == NoticeState.SENT.value)).label("is_task"),
            Notice.read_at.is_not(None).label("is_told"),
        )
        .ext(distinct_on(Reminder.notice_id))
        .join(Notice, (Notice.cause == INSURANCE.cause) & (Notice.cause_id == CAUSE_ID))
        .where(Reminder.campaign_id == campaign_id)
        .order_by(Reminder.notice_id, Notice.id.desc())
    )
