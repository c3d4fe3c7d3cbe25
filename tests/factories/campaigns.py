"""Campaigns that reach more people than one person may remind alone; flushed, never committed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from app.campaigns import actions, queries
from app.campaigns.lists import read_cards
from app.campaigns.models import InsuranceCard
from app.campaigns.queries import count_cards
from app.campaigns.rules import LARGEST_ALONE, CampaignDraft, ListKind
from app.kernel.clock import now, today

FAR = date(2099, 12, 31)
HEADER = "Họ và tên,Năm sinh,Số điện thoại,Số thẻ BHYT,Ngày hết hạn\n"
DRAFT = CampaignDraft(10_000, 8_363, "0258 3812 345")


def enter_cards(session, ward_code, count=LARGEST_ALONE + 1):
    """So many cards that nobody is due to be reminded of; more at each call."""
    taken = count_cards(session, ward_code)
    numbers = range(taken, taken + count)
    rows = [{"number": n.to_bytes(4), "holder": b"-", "expires_on": FAR} for n in numbers]
    session.execute(insert(InsuranceCard), [row | {"ward_code": ward_code} for row in rows])


def take_in(session, actor, rows, kind=ListKind.CARDS):
    """Take in a list of the actor's ward, as its file reads; how many rows it changed."""
    file = actions.ListFile(actor.home_ward, kind, "the.csv", rows.encode())
    sheet = read_cards(file.body, file.name, today())
    return actions.take_list(session, actor, file, sheet, now=now())


def at():
    """The moment and the day of a deed."""
    return {"now": now(), "today": today()}


def plan_of(session, campaign):
    """The campaign as it is stored now."""
    session.expire_all()
    return queries.plan_of(session, campaign, today=today())


def remind(session, campaign):
    """Owe what is due; how many reminders that was."""
    return actions.remind(session, plan_of(session, campaign), today=today())


def states(session, campaign):
    """Of each asking what became of it, the newest first."""
    return [str(one.state) for one in queries.agreements_of(session, campaign)]


@pytest.fixture
def take_card(session, cast):
    """Take in a list of one card, which runs out tomorrow or was renewed for a year."""

    def take(card, kind=ListKind.CARDS, holder="Nguyễn Thị Mẫu"):
        day = today() + timedelta(days=1 if kind is ListKind.CARDS else 365)
        take_in(
            session, cast.minh, f"{HEADER}{holder},1950,0912345678,{card},{day:%d/%m/%Y}\n", kind
        )
        session.expire_all()

    return take


@pytest.fixture
def large_campaign(session, cast, wards, take_card):
    """A draft of Minh's over one person more than he may remind alone; one of them tomorrow."""
    enter_cards(session, wards[0], LARGEST_ALONE)
    take_card("GD4019999999999")
    return actions.draft_campaign(session, cast.minh, wards[0], DRAFT, today=today())


@pytest.fixture
def asked_campaign(session, cast, large_campaign):
    """The draft, put to a second person: its id and the asking's."""
    asked = actions.ask_agreement(session, cast.minh, large_campaign, now=now(), today=today())
    return large_campaign, asked
