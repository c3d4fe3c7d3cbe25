"""A campaign under way: invented holders of insurance cards, reminded day by day; some renew.

Two people let it run, and a list of newcomers that came in this morning waits for their word.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.accounts.rules import Actor
from app.campaigns import actions as campaigns
from app.campaigns import queries
from app.campaigns.lists import read_cards
from app.campaigns.rules import INSURANCE, CampaignDraft, ListKind
from app.demo.cast import WARD
from app.demo.telling import refuse_all
from app.infra.transaction import transaction
from app.kernel.clock import local_day
from app.notices.models import Notice
from app.notices.rules import Channel, NoticeState
from app.places.queries import groups_of

# Cover at the start is 83.63 % of these people. Most cards ran out before it, and are renewed.
POPULATION, COVERED = 9_000, 7_527
CARDS, LAPSED, RENEWED = 460, 340, 307
# The others run out one every so many days, the first of them a week before the campaign's end.
FIRST_LEFT, APART = 7, 2
HOTLINE = "024 0000 0123"
BEGAN, LIST_OF_RENEWALS = timedelta(days=14), timedelta(days=2)
AGREED_AFTER = timedelta(hours=2)
# Who moved to the ward: their list makes the campaign wait for the approver again.
NEWCOMERS, LIST_OF_NEWCOMERS = 24, timedelta(hours=3)
COLUMNS = ("Họ và tên", "Năm sinh", "Số điện thoại", "Số thẻ BHYT", "Ngày hết hạn", "Tổ dân phố")
FAMILIES = ("Mây", "Nắng", "Gió", "Suối", "Đồi", "Sương", "Trăng", "Sông")
GIVEN = ("Hạt Mít", "Củ Sen", "Lá Tre", "Bông Súng", "Quả Na", "Búp Măng", "Rau Má", "Hoa Gạo")
# Of so many reminders one comes by SMS after Zalo, and one reaches nobody.
BY_SMS, BY_NOBODY = 3, 8


def hold_campaign(officer: Actor, approver: Actor, head: Actor, *, now: datetime) -> None:
    """Two weeks of a campaign: lists, reminders each morning, renewals, its cover, newcomers."""
    began = now - BEGAN
    groups = _groups(head)
    _take(officer, ListKind.CARDS, "the-bhyt.csv", _cards(groups, local_day(now)), began)
    campaign = _begin(officer, approver, began)
    for ago in range(BEGAN.days, 0, -1):
        _remind(campaign, now - timedelta(days=ago))
    renewed = _renewals(groups, local_day(now))
    _take(officer, ListKind.RENEWALS, "da-gia-han.csv", renewed, now - LIST_OF_RENEWALS)
    newcomers = _newcomers(groups, local_day(now))
    _take(officer, ListKind.CARDS, "moi-chuyen-den.csv", newcomers, now - LIST_OF_NEWCOMERS)


def _begin(officer: Actor, approver: Actor, at: datetime) -> int:
    """The officer writes the campaign and asks; the approver agrees, and it runs."""
    day, agreed = local_day(at), at + AGREED_AFTER
    with transaction() as session:
        draft = CampaignDraft(POPULATION, COVERED, HOTLINE)
        campaign = campaigns.draft_campaign(session, officer, WARD, draft, today=day)
        which = campaign, campaigns.ask_agreement(session, officer, campaign, now=at, today=day)
        campaigns.agree_to_campaign(session, approver, which, now=agreed, today=local_day(agreed))
    return campaign


def _groups(head: Actor) -> Sequence[str]:
    """The names of the ward's groups, the head's own first."""
    with transaction(read_only=True) as session:
        groups = groups_of(session, WARD)
    return [g.name for g in sorted(groups, key=lambda g: g.id not in head.group_ids)]


def _cards(groups: Sequence[str], today: date) -> Iterator[Sequence[str]]:
    """The list: cards that had run out when it came, then those that do from then on."""
    for turn in range(CARDS):
        if turn < LAPSED:
            expiry = today - BEGAN - timedelta(days=1 + turn % 90)
        else:
            expiry = today - timedelta(days=FIRST_LEFT) + timedelta(days=(turn - LAPSED) * APART)
        yield _row(turn, expiry, groups)


def _renewals(groups: Sequence[str], today: date) -> Iterator[Sequence[str]]:
    """Those of the lapsed cards whose holders have paid for another year."""
    for turn in range(RENEWED):
        yield _row(turn, today + timedelta(days=351 + turn % 12), groups)


def _newcomers(groups: Sequence[str], today: date) -> Iterator[Sequence[str]]:
    """Holders of cards that run out from next week on."""
    for turn in range(CARDS, CARDS + NEWCOMERS):
        yield _row(turn, today + timedelta(days=FIRST_LEFT + turn - CARDS), groups)


def _row(turn: int, expiry: date, groups: Sequence[str]) -> Sequence[str]:
    name = f"{FAMILIES[turn % 8]} {GIVEN[turn // 8 % 8]} {turn + 1} (mẫu)"
    # Of every five one has no telephone.
    phone = f"0900001{turn:03}" if (turn + 1) % 5 else ""
    group = groups[turn % len(groups)] if turn % 2 else groups[0]
    return (name, str(1940 + turn % 60), phone, f"GD4{turn:012}", f"{expiry:%d/%m/%Y}", group)


def _take(
    officer: Actor, kind: ListKind, name: str, rows: Iterator[Sequence[str]], at: datetime
) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *rows])
    body = out.getvalue().encode()
    with transaction() as session:
        file = campaigns.ListFile(WARD, kind, name, body)
        campaigns.take_list(session, officer, file, read_cards(body, name, local_day(at)), now=at)


def _remind(campaign: int, at: datetime) -> None:
    """A morning: what is due is owed and leaves; some by SMS, and some reach nobody."""
    with transaction() as session:
        plan = queries.plan_of(session, campaign, today=local_day(at))
        if plan is not None:
            campaigns.remind(session, plan, today=local_day(at))
        queued = Notice.state == NoticeState.QUEUED.value
        which = select(Notice.id).where(Notice.cause == INSURANCE.cause, queued)
        for notice_id in session.scalars(which.order_by(Notice.id)).all():
            if notice_id % BY_NOBODY == 1:
                refuse_all(session, notice_id, at)
            else:
                last = Channel.SMS if notice_id % BY_SMS == 1 else Channel.ZALO
                refuse_all(session, notice_id, at, until=last)
