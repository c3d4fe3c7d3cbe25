"""Examples for the forms of campaigns: each campaign in a ward of its own, which has but one."""

import pytest

from app.accounts.rules import Role
from app.campaigns import actions
from app.campaigns.rules import CampaignDraft
from app.kernel.clock import now, today
from app.places.models import Ward
from tests.factories.cast import PROVINCE
from tests.harness.examples import Example, Upload

WARDS = ("90001", "90002", "90003")
LIST = (
    "Họ và tên,Năm sinh,Số thẻ BHYT,Ngày hết hạn\nNguyễn Thị Tím,1950,GD4010000000001,31/12/2099\n"
)


@pytest.fixture
def campaign_examples(session, cast, make_actor):
    """A list to take in, a campaign to prepare, and one to start, to pause and to stop."""
    for code in WARDS:
        values = {"code": code, "province_code": PROVINCE, "name": f"Phường {code}"}
        session.add(Ward(**values, kind="phường", sort_key=code, search_text=f"phuong {code}"))
    session.flush()
    people = [make_actor(Role.WARD_OFFICER, f"Nhắc {code}", ward_code=code) for code in WARDS]
    draft = CampaignDraft(10_000, 8_363, "0258 3812 345")
    ids = [
        {"campaign_id": actions.draft_campaign(session, who, code, draft, today=today())}
        for who, code in zip(people, WARDS, strict=True)
    ]
    actions.start_campaign(session, people[1], **ids[1], now=now(), today=today())
    shown, index = "campaigns.show", ("campaigns.index", {})
    cards = Upload(LIST.encode(), "the.csv")
    facts = {"population": "10000", "covered": "8363", "hotline": "0258 3812 345"}
    return {
        "campaigns.take_list": Example(cast.minh, index, typed={"file": cards}),
        "campaigns.create": Example(cast.minh, index, typed=facts),
        "campaigns.start": Example(people[0], (shown, ids[0]), ids[0]),
        "campaigns.pause": Example(people[1], (shown, ids[1]), ids[1]),
        "campaigns.stop": Example(people[2], (shown, ids[2]), ids[2]),
    }
