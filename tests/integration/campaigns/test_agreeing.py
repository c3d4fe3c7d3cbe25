"""A campaign that reaches many: another than prepared it agrees to the people they were shown."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.rules import Role
from app.audit.models import AuditEvent
from app.campaigns import actions, queries
from app.campaigns.models import CampaignAgreement, Reminder
from app.campaigns.rules import LARGEST_ALONE, AgreementState, ListKind
from app.desk.queries import waiting_for
from app.desk.rules import Queue
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, DomainError, NotFound
from tests.factories.campaigns import DRAFT, at, enter_cards, plan_of, remind, states


def waits_for(session, actor, queue=Queue.CAMPAIGNS_TO_AGREE):
    found = waiting_for(session, actor, now=now())
    return [one.count for one in found if one.queue is queue]


def test_up_to_200_people_one_person_lets_it_run(session, cast, wards):
    enter_cards(session, wards[0], LARGEST_ALONE)
    campaign = actions.draft_campaign(session, cast.minh, wards[0], DRAFT, today=today())

    with pytest.raises(Conflict) as refused:
        actions.ask_agreement(session, cast.minh, campaign, **at())
    actions.start_campaign(session, cast.minh, campaign, **at())

    assert refused.value.code == "campaign-needs-no-agreement"
    assert plan_of(session, campaign).state == "running"


def test_one_person_more_needs_a_second_one(session, cast, large_campaign):
    with pytest.raises(Conflict) as refused:
        actions.start_campaign(session, cast.tam, large_campaign, **at())

    assert refused.value.code == "campaign-needs-agreement"
    assert plan_of(session, large_campaign).state == "draft"


def test_a_second_person_agrees_and_it_runs(session, cast, asked_campaign):
    actions.agree_to_campaign(session, cast.tam, asked_campaign, **at())

    assert plan_of(session, asked_campaign[0]).state == "running"
    assert remind(session, asked_campaign[0]) == 1
    assert session.scalar(select(func.count()).select_from(Reminder)) == 1


def test_the_journal_says_who_asked_who_agreed_and_to_how_many(session, cast, asked_campaign):
    actions.agree_to_campaign(session, cast.tam, asked_campaign, **at())

    told = select(AuditEvent.action, AuditEvent.actor_id).where(
        AuditEvent.object_kind == "campaign", AuditEvent.action.like("%-campaign")
    )
    assert session.execute(told.order_by(AuditEvent.id)).all()[1:] == [
        ("ask-campaign", cast.minh.account_id),
        ("agree-campaign", cast.tam.account_id),
        ("running-campaign", cast.tam.account_id),
    ]


@pytest.fixture
def other(make_actor, wards):
    """Another officer of the ward."""
    return make_actor(Role.WARD_OFFICER, "Suối", ward_code=wards[0])


@pytest.mark.parametrize("drafter_asks", [True, False])
def test_who_prepared_it_cannot_agree(session, cast, other, large_campaign, drafter_asks):
    asker = cast.minh if drafter_asks else other
    which = large_campaign, actions.ask_agreement(session, asker, large_campaign, **at())

    with pytest.raises(DomainError) as refused:
        actions.agree_to_campaign(session, cast.minh, which, **at())

    assert refused.value.code == "own-campaign"
    assert states(session, large_campaign) == ["asked"]


@pytest.mark.parametrize("column", ["asked_by", "drafted_by"])
def test_the_database_holds_that_two_people_agreed(session, cast, asked_campaign, column):
    one = update(CampaignAgreement).where(CampaignAgreement.id == asked_campaign[1])
    session.execute(one.values({"asked_by": "x", "drafted_by": "y"} | {column: "same"}))

    with pytest.raises(IntegrityError, match="four_eyes"):
        session.execute(one.values(state="agreed", decided_by="same"))


def test_of_another_ward_there_is_nothing_to_agree_to(session, cast, asked_campaign):
    with pytest.raises(NotFound):
        actions.agree_to_campaign(session, cast.hoa, asked_campaign, **at())


def test_a_refusal_has_its_reason_and_leaves_a_draft(session, cast, asked_campaign):
    actions.decline_campaign(session, cast.tam, asked_campaign, "Thiếu tổ 5", **at())

    [said] = queries.agreements_of(session, asked_campaign[0])
    assert (said.state, said.reason) == (AgreementState.DECLINED, "Thiếu tổ 5")
    assert plan_of(session, asked_campaign[0]).state == "draft"
    again = actions.ask_agreement(session, cast.minh, asked_campaign[0], **at())
    assert again != asked_campaign[1]


def test_the_same_cannot_be_asked_twice_at_once(session, cast, asked_campaign):
    with pytest.raises(Conflict) as refused:
        actions.ask_agreement(session, cast.minh, asked_campaign[0], **at())

    assert refused.value.code == "campaign-asked-already"


def test_nobody_agrees_to_more_people_than_they_were_shown(session, cast, wards, asked_campaign):
    enter_cards(session, wards[0], 1)

    with pytest.raises(Conflict) as refused:
        actions.agree_to_campaign(session, cast.tam, asked_campaign, **at())

    assert refused.value.code == "campaign-list-grown"
    assert states(session, asked_campaign[0]) == ["asked"]


def test_a_list_that_comes_in_meanwhile_asks_anew_for_all(session, cast, asked_campaign, take_card):
    take_card("GD4010000000001")

    old, new = sorted(queries.agreements_of(session, asked_campaign[0]), key=lambda one: one.id)
    assert (old.state, new.state) == (AgreementState.LAPSED, AgreementState.ASKED)
    assert (old.people, new.people) == (LARGEST_ALONE + 1, LARGEST_ALONE + 2)
    with pytest.raises(Conflict):
        actions.agree_to_campaign(session, cast.tam, asked_campaign, **at())
    actions.agree_to_campaign(session, cast.tam, (asked_campaign[0], new.id), **at())


def test_a_list_that_outgrows_a_running_campaign_reminds_nobody_until_agreed(
    session, cast, asked_campaign, take_card
):
    actions.agree_to_campaign(session, cast.tam, asked_campaign, **at())
    take_card("GD4010000000001")
    halted = remind(session, asked_campaign[0])
    new = queries.agreements_of(session, asked_campaign[0])[0]

    actions.agree_to_campaign(session, cast.tam, (asked_campaign[0], new.id), **at())

    assert (halted, remind(session, asked_campaign[0])) == (0, 2)
    assert states(session, asked_campaign[0]) == ["agreed", "agreed"]


def test_what_was_declined_is_not_asked_again_by_a_list_that_only_corrects(
    session, cast, asked_campaign, take_card
):
    actions.agree_to_campaign(session, cast.tam, asked_campaign, **at())
    take_card("GD4010000000001")
    grown = asked_campaign[0], queries.agreements_of(session, asked_campaign[0])[0].id
    actions.decline_campaign(session, cast.tam, grown, "Đợi sang tháng", **at())

    take_card("GD4010000000001", holder="Trần Văn Mẫu")

    assert states(session, asked_campaign[0]) == ["declined", "agreed"]


def test_renewals_and_corrections_of_the_list_need_no_new_word(
    session, cast, asked_campaign, take_card
):
    actions.agree_to_campaign(session, cast.tam, asked_campaign, **at())

    take_card("GD4019999999999", ListKind.RENEWALS)

    assert states(session, asked_campaign[0]) == ["agreed"]
    assert not plan_of(session, asked_campaign[0]).needs_agreement


def test_a_campaign_that_ends_waits_for_nobody(session, cast, asked_campaign):
    actions.stop_campaign(session, cast.minh, asked_campaign[0], today=today())

    with pytest.raises(Conflict) as refused:
        actions.agree_to_campaign(session, cast.tam, asked_campaign, **at())

    assert refused.value.code == "campaign-changed-meanwhile"
    assert (states(session, asked_campaign[0]), waits_for(session, cast.tam)) == (["lapsed"], [])


def test_the_approvers_desk_counts_it_and_not_ones_own(
    session, cast, wards, make_actor, asked_campaign
):
    same = make_actor(Role.WARD_APPROVER, "Sau này duyệt", ward_code=wards[0])
    others = waits_for(session, same)
    one = update(CampaignAgreement).where(CampaignAgreement.id == asked_campaign[1])
    session.execute(one.values(asked_by=same.account_id))

    assert (others, waits_for(session, same), waits_for(session, cast.tam)) == ([1], [], [1])
    assert waits_for(session, cast.minh) == []


def test_the_provinces_desk_counts_what_no_approver_of_the_ward_may_agree_to(
    session, cast, asked_campaign
):
    def wait():
        return waits_for(session, cast.quan, Queue.CAMPAIGNS_FOR_PROVINCE)

    before = wait()
    one = update(CampaignAgreement).where(CampaignAgreement.id == asked_campaign[1])
    session.execute(one.values(drafted_by=cast.tam.account_id))
    by_its_approver = wait()
    session.execute(one.values(asked_by=cast.quan.account_id))

    assert (before, by_its_approver, wait()) == ([], [1], [])


def test_the_provinces_list_says_which_wards_have_nobody_else(session, cast, asked_campaign):
    actions.stop_campaign(session, cast.minh, asked_campaign[0], today=today())
    assert queries.asked_in(session, cast.quan, at=now()) == []
    again = actions.draft_campaign(session, cast.tam, cast.tam.home_ward, DRAFT, today=today())
    actions.ask_agreement(session, cast.minh, again, **at())

    [one] = queries.asked_in(session, cast.quan, at=now())

    assert (one.campaign_id, one.people, one.needs_province) == (again, LARGEST_ALONE + 1, True)
    assert queries.asked_in(session, cast.tam, at=now()) == []


def test_the_provinces_officer_agrees_where_the_only_approver_wrote_it(
    session, cast, large_campaign
):
    actions.stop_campaign(session, cast.minh, large_campaign, today=today())
    own = actions.draft_campaign(session, cast.tam, cast.tam.home_ward, DRAFT, today=today())
    which = own, actions.ask_agreement(session, cast.minh, own, **at())

    actions.agree_to_campaign(session, cast.quan, which, **at())

    assert plan_of(session, own).state == "running"


def test_a_refusal_waits_on_the_desk_of_who_wrote_or_asked_it_until_it_is_settled(
    session, cast, other, asked_campaign
):
    def wait():
        return [waits_for(session, who, Queue.CAMPAIGNS_DECLINED) for who in (cast.minh, other)]

    actions.decline_campaign(session, cast.tam, asked_campaign, "Thiếu tổ 5", **at())
    declined = wait()
    actions.ask_agreement(session, cast.minh, asked_campaign[0], **at())

    assert (declined, wait()) == ([[1], []], [[], []])


def test_a_refusal_of_what_was_stopped_waits_no_more(session, cast, asked_campaign):
    actions.decline_campaign(session, cast.tam, asked_campaign, "Thiếu tổ 5", **at())
    actions.stop_campaign(session, cast.minh, asked_campaign[0], today=today())

    assert waits_for(session, cast.minh, Queue.CAMPAIGNS_DECLINED) == []
