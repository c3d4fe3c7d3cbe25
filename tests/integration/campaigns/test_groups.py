"""Who calls the holder of a card whom no channel reaches: the head of the group of the list."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.campaigns import actions, queries
from app.campaigns.models import InsuranceCard, Reminder
from app.campaigns.rules import CampaignDraft
from app.kernel.clock import now, today
from app.notices import actions as notices
from app.notices import queries as told
from app.notices.models import Notice
from app.places.actions import group_named
from app.places.queries import groups_of
from tests.factories.campaigns import take_in

HEADER = "Họ và tên,Năm sinh,Số điện thoại,Số thẻ BHYT,Ngày hết hạn,Tổ dân phố\n"
SOON = f"{today() + timedelta(days=5):%d/%m/%Y}"


@pytest.fixture
def group(session, cast, wards):
    return group_named(session, cast.minh, wards[0], "Tổ dân phố 13", today=today())


@pytest.fixture
def take(session, cast):
    """Take a list in; the group of each card then."""

    def do(body):
        take_in(session, cast.minh, body)
        session.expire_all()
        return session.scalars(select(InsuranceCard.group_id).order_by(InsuranceCard.id)).all()

    return do


def card(turn, group, phone=""):
    return f"Nguyễn Thị Mẫu {turn},1950,{phone},GD401000000000{turn},{SOON},{group}\n"


def test_a_list_names_groups_as_people_write_them_and_opens_none(session, wards, group, take):
    found = take(HEADER + card(1, "TDP số 13") + card(2, "tổ 13") + card(3, "Tổ 99") + card(4, ""))

    assert found == [group, group, None, None]
    assert [one.id for one in groups_of(session, wards[0])] == [group]


def test_a_later_list_without_groups_forgets_none(group, take):
    take(HEADER + card(1, "tổ 13"))

    assert take(HEADER + card(1, "", "0912345678")) == [group]


@pytest.fixture
def reminded(session, cast, wards, group, take):
    """A card of a holder without a telephone, whose reminder is told in person."""
    take(HEADER + card(1, "tổ 13"))
    draft = CampaignDraft(100, 90, "0258 3812 345")
    campaign = actions.draft_campaign(session, cast.minh, wards[0], draft, today=today())
    actions.start_campaign(session, cast.minh, campaign, now=now(), today=today())
    plan = queries.campaign_for(session, cast.minh, campaign, today=today())
    assert actions.remind(session, plan, today=today()) == 1
    notice = session.scalars(select(Notice)).one()
    notices.claim_notice(session, notice.id, base_url="http://localhost", now=now())
    notices.record_sent(session, notice.id, notice.channel, now=now())
    return notice


def test_the_head_of_that_group_calls_whom_no_channel_reaches(
    session, wards, group, reminded, make_actor
):
    head = make_actor(Role.GROUP_LEADER, "Trưởng", ward_code=wards[0], group_id=group)

    calls = told.calls_of(session, head)

    assert [(one.id, one.name) for one in calls] == [(reminded.id, "Nguyễn Thị Mẫu 1")]


def test_who_is_told_in_person_does_not_count_as_sent(session, wards, reminded):
    campaign = session.scalars(select(Reminder.campaign_id)).one()
    waits = queries.progress_of(session, campaign)
    reminded.read_at = now()
    session.flush()
    told_now = queries.progress_of(session, campaign)

    assert (waits.total, waits.told, waits.to_tell, waits.states.total()) == (1, 0, 1, 0)
    assert (told_now.told, told_now.to_tell) == (1, 0)
    assert [(r.is_task, r.is_told) for r in queries.results_of(session, campaign)] == [(True, True)]
