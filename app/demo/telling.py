"""Invitations that no channel carried, for a head of a group or for paper; words of its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.infra.transaction import transaction
from app.notices import actions as notices
from app.notices.models import Notice
from app.notices.own_words import Moment, WordsDraft
from app.notices.rules import Channel, NoticeState, Outcome, TryDraft

BASE = "http://localhost"
REFUSALS = {Channel.ZALO: "number-without-zalo", Channel.SMS: "network-not-served"}
MOST_ELSEWHERE = 2


def reach_some_only(head: Actor, *, now: datetime) -> None:
    """The newest invitations of the head's group reach nobody, and two of other groups."""
    with transaction() as session:
        newest = session.scalars(_invitations()).all()
        own = [n.id for n in newest if n.group_id in head.group_ids]
        others = [n.id for n in newest if n.group_id not in head.group_ids][:MOST_ELSEWHERE]
        for notice_id in (*own, *others):
            refuse_all(session, notice_id, now)
    _miss_once(head, own[:1], now - timedelta(hours=2))


def _invitations() -> Select[Notice]:
    return (
        select(Notice)
        .where(Notice.template == "invitation", Notice.state == NoticeState.QUEUED.value)
        .order_by(Notice.id.desc())
        .limit(8)
    )


def refuse_all(
    session: Session, notice_id: int, now: datetime, *, until: Channel = Channel.IN_APP
) -> None:
    """Down the ladder, channel by channel, as the providers' answers would lead it.

    The channel `until` takes it, or the last one if it is not reached.
    """
    notice = session.get_one(Notice, notice_id)
    while True:
        notices.claim_notice(session, notice.id, base_url=BASE, now=now)
        channel = Channel(notice.channel)
        if channel in {until, Channel.IN_APP}:
            notices.record_sent(session, notice.id, channel.value, now=now)
            return
        notices.record_failure(session, notice.id, REFUSALS[channel])
        following = Notice.cause_id == notice.cause_id
        notice = session.scalars(select(Notice).where(following).order_by(Notice.id)).all()[-1]


def _miss_once(head: Actor, ids: Sequence[int], now: datetime) -> None:
    """The first of the group's households was not at home."""
    with transaction() as session:
        calls = select(Notice.id).where(
            Notice.cause_id.in_(select(Notice.cause_id).where(Notice.id.in_(ids))),
            Notice.channel == Channel.IN_APP.value,
        )
        draft = TryDraft(Outcome.MISSED, "Đi làm đồng, hàng xóm hẹn chiều về.", 0)
        for notice_id in session.scalars(calls).all():
            notices.note_try(session, head, notice_id, draft, now=now)


def word_a_message(writer: Actor, *, now: datetime) -> None:
    """The ward thanks its donors in its own words, by SMS and by letter."""
    thanks = WordsDraft(
        Moment.HANDED_OVER,
        "vi",
        "Bà con phường đã nhận quà của quý vị ngày {ngay} (cam kết {ma_ck}). Xin cảm ơn quý vị.",
        "",
    )
    opening = WordsDraft(
        Moment.HANDED_OVER_OPENING,
        "vi",
        "Ngày {ngay} quà của cam kết {ma_ck} đã đến tay bà con, có người thứ hai xác nhận.",
        "",
    )
    with transaction() as session:
        for draft in (thanks, opening):
            notices.keep_words(session, writer, draft, base_url=BASE, now=now)
