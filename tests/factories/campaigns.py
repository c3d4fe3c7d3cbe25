"""Campaigns that reach more people than one person may remind alone; flushed, never committed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from app.campaigns import actions
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


@pytest.fixture
def take_card(session, cast, wards):
    """Take in a list of one card, which runs out tomorrow or was renewed for a year."""

    def take(card, kind=ListKind.CARDS, holder="Nguyễn Thị Mẫu"):
        day = today() + timedelta(days=1 if kind is ListKind.CARDS else 365)
        body = f"{HEADER}{holder},1950,0912345678,{card},{day:%d/%m/%Y}\n".encode()
        file = actions.ListFile(wards[0], kind, "the.csv", body)
        actions.take_list(session, cast.minh, file, read_cards(body, "the.csv", today()), now=now())
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
