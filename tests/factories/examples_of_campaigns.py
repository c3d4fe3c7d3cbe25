"""Examples for the forms of campaigns: each campaign in a ward of its own, which has but one.

Those of the last three wards reach more people than one person may remind alone.
"""

import pytest

from app.accounts.rules import Role
from app.campaigns import actions
from app.campaigns.rules import CampaignDraft
from app.kernel.clock import now, today
from app.places.models import Ward
from tests.factories.campaigns import enter_cards
from tests.factories.cast import PROVINCE
from tests.harness.examples import Example, Upload

WARDS = ("90001", "90002", "90003", "90004", "90005", "90006")
LIST = (
    "Họ và tên,Năm sinh,Số thẻ BHYT,Ngày hết hạn\nNguyễn Thị Tím,1950,GD4010000000001,31/12/2099\n"
)


@pytest.fixture
def campaign_examples(session, cast, make_actor):
    """A list to take in, campaigns to prepare, start, pause, stop, ask about, agree to, decline."""
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
    asked = _ask(session, people[3:], ids[3:])
    approvers = [make_actor(Role.WARD_APPROVER, f"Duyệt {w}", ward_code=w) for w in WARDS[4:]]
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
        "campaigns.ask": Example(people[3], (shown, ids[3]), ids[3]),
        "campaigns.agree": Example(approvers[0], (shown, ids[4]), asked[0]),
        "campaigns.decline": Example(
            approvers[1], (shown, ids[5]), asked[1], {"reason": "Danh sách có người đã mất."}
        ),
    }


def _ask(session, people, ids):
    """Fill the book of each ward; all but the first are asked about. The asking's address."""
    asked = []
    for who, campaign in zip(people, ids, strict=True):
        enter_cards(session, *who.ward_codes)
        if who is not people[0]:
            which = actions.ask_agreement(session, who, **campaign, now=now(), today=today())
            asked.append(campaign | {"agreement_id": which})
    return asked
