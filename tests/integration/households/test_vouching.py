"""A fact opens doors only after two other people vouched for it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.rules import Role
from app.audit.models import AuditEvent
from app.audit.queries import history_of
from app.households import actions, queries
from app.households.models import Kin, Standing
from app.households.rules import (
    ConsentDraft,
    ConsentMethod,
    ConsentPurpose,
    HouseholdFilter,
    StandingKind,
)
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, DomainError, NotFound


@pytest.fixture
def second(make_actor):
    """Another officer of ward A, who may verify what Minh wrote down."""
    return make_actor(Role.WARD_OFFICER, "Hai", ward_code="00364")


def test_a_fact_counts_only_when_verified_and_approved(
    session, cast, second, make_household, claim
):
    household_id = make_household()
    standing_id = claim(household_id)
    before = queries.live_standings(session, household_id, today())

    actions.verify_standing(session, second, standing_id, now=now())
    actions.approve_standing(session, cast.tam, standing_id, now=now())

    assert "poor" not in before
    assert "poor" in queries.live_standings(session, household_id, today())


def test_nobody_verifies_their_own_claim(session, cast, make_household, claim):
    standing_id = claim(make_household())

    with pytest.raises(DomainError) as refused:
        actions.verify_standing(session, cast.minh, standing_id, now=now())

    assert refused.value.code == "own-standing"
    assert queries.standing_for(session, cast.minh, standing_id).state == "submitted"


def test_nobody_approves_what_they_verified(session, second, make_household, claim):
    standing_id = claim(make_household())
    actions.verify_standing(session, second, standing_id, now=now())

    with pytest.raises(DomainError) as refused:
        actions.approve_standing(session, second, standing_id, now=now())

    assert refused.value.code == "own-standing"


def test_the_database_refuses_two_eyes_too(session, second, make_household, claim):
    standing_id = claim(make_household())
    actions.verify_standing(session, second, standing_id, now=now())

    with pytest.raises(IntegrityError, match="ck_standing_four_eyes"):
        session.execute(
            text("update standing set state = 'approved', approved_by = verified_by where id = :i"),
            {"i": standing_id},
        )


def test_nobody_decides_on_a_household_with_their_own_phone(
    session, make_actor, make_household, claim
):
    household_id = make_household(phone="+84912345678")
    standing_id = claim(household_id)
    officer = make_actor(Role.WARD_OFFICER, "Ba", ward_code="00364")
    from app.accounts.models import Account
    from app.infra.crypto import cipher

    account = session.get(Account, officer.account_id)
    account.phone = cipher().encrypt("+84912345678", f"account.phone:{account.id}")

    with pytest.raises(DomainError) as refused:
        actions.verify_standing(session, officer, standing_id, now=now())

    assert refused.value.code == "own-household"


def test_nobody_decides_on_a_household_that_they_called_their_kin(
    session, cast, second, make_household, claim
):
    household_id = make_household()
    standing_id = claim(household_id)
    actions.declare_kin(session, cast.tam, household_id, now=now())
    actions.verify_standing(session, second, standing_id, now=now())

    with pytest.raises(DomainError) as refused:
        actions.approve_standing(session, cast.tam, standing_id, now=now())

    assert refused.value.code == "own-household"


def test_kin_is_declared_once_and_only_in_ones_own_ward(session, cast, make_household):
    household_id = make_household()
    for _ in range(2):
        actions.declare_kin(session, cast.minh, household_id, now=now())

    with pytest.raises(NotFound):
        actions.declare_kin(session, cast.hoa, household_id, now=now())

    assert session.query(Kin.account_id).all() == [(cast.minh.account_id,)]
    assert session.query(AuditEvent).filter_by(action="declare-kin").count() == 1


def test_a_new_class_ends_the_one_before_and_a_new_disability_does_not(
    session, cast, second, make_household, claim
):
    household_id = make_household()
    for kind in (StandingKind.POOR, StandingKind.DISABILITY, StandingKind.NEAR_POOR):
        standing_id = claim(household_id, kind)
        actions.verify_standing(session, second, standing_id, now=now())
        actions.approve_standing(session, cast.tam, standing_id, now=now())

    groups = queries.live_standings(session, household_id, today())

    assert {"near-poor", "disability"} <= set(groups)
    assert "poor" not in groups


def test_a_class_of_next_year_leaves_no_gap_before_it(session, cast, second, make_household, claim):
    household_id, begins = make_household(), today() + timedelta(days=40)
    for kind, start in ((StandingKind.POOR, today()), (StandingKind.NEAR_POOR, begins)):
        standing_id = claim(household_id, kind, valid_from=start)
        actions.verify_standing(session, second, standing_id, now=now())
        actions.approve_standing(session, cast.tam, standing_id, now=now())

    classes = [
        set(queries.live_standings(session, household_id, on)) & {"poor", "near-poor"}
        for on in (today(), begins - timedelta(days=1), begins)
    ]

    assert classes == [{"poor"}, {"poor"}, {"near-poor"}]


def test_a_fact_that_ran_out_is_no_fact_of_the_list(session, cast, second, make_household, claim):
    household_id = make_household()
    ended = today() - timedelta(days=1)
    standing_id = claim(household_id, valid_from=ended - timedelta(days=30), valid_until=ended)
    actions.verify_standing(session, second, standing_id, now=now())
    actions.approve_standing(session, cast.tam, standing_id, now=now())

    poor = queries.households_seen_by(session, cast.minh, HouseholdFilter(kind="poor"))
    everyone = queries.households_seen_by(session, cast.minh, HouseholdFilter())

    assert poor.lines == []
    assert [line.kinds for line in everyone.lines] == [()]


def test_a_consent_noted_by_two_officers_at_once_is_one(database, session, cast, make_household):
    household_id = make_household()
    session.commit()
    draft = ConsentDraft(ConsentPurpose.SHOW_CARD, ConsentMethod.PAPER)

    def agree(_):
        with scoped({"*"}), transaction() as own:
            actions.give_consent(own, cast.minh, household_id, draft, now=now())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(agree, range(6)))

    assert len(queries.consents_of(session, household_id)) == 1


def test_a_decision_taken_meanwhile_is_not_taken_twice(
    session, cast, second, make_household, claim
):
    standing_id = claim(make_household())
    actions.reject_standing(session, second, standing_id, "chưa đúng")

    with pytest.raises(Conflict):
        actions.verify_standing(session, second, standing_id, now=now())

    assert session.get(Standing, standing_id).state == "rejected"


def test_one_refused_fact_does_not_hold_up_the_others(session, second, make_household, claim):
    theirs = claim(make_household(name="Lê Một"))
    own = claim(make_household(name="Lê Hai"), actor=second)

    outcome = actions.decide_many(
        session, [theirs, own], lambda i: actions.verify_standing(session, second, i, now=now())
    )

    assert (outcome.done, outcome.refused) == (1, ((own, "own-standing"),))


def test_a_group_leader_reads_the_class_but_not_the_disability(
    session, make_group, make_actor, make_household, claim
):
    group = make_group(number=1)
    household_id = make_household(group=group.name)
    claim(household_id, StandingKind.POOR)
    claim(household_id, StandingKind.DISABILITY)
    leader = make_actor(Role.GROUP_LEADER, "Tổ", ward_code="00364", group_id=group.id)

    kinds = [s.kind for s in queries.standings_of(session, leader, household_id)]

    assert kinds == ["poor"]


def test_a_consent_is_given_once_and_can_be_taken_back(session, cast, make_household):
    household_id = make_household()
    draft = ConsentDraft(ConsentPurpose.SHOW_CARD, ConsentMethod.PAPER)
    actions.give_consent(session, cast.minh, household_id, draft, now=now())
    actions.give_consent(session, cast.minh, household_id, draft, now=now())
    consents = queries.consents_of(session, household_id)

    actions.withdraw_consent(session, cast.minh, household_id, consents[0].id, now=now())

    assert len(consents) == 1
    assert queries.consents_of(session, household_id)[0].withdrawn_at is not None


def test_a_no_is_written_once_and_not_over_a_yes(session, cast, make_household):
    household_id = make_household()
    yes = ConsentDraft(ConsentPurpose.PHOTO, ConsentMethod.WITNESSED)
    no = ConsentDraft(ConsentPurpose.PHOTO, ConsentMethod.WITNESSED, agrees=False)
    for answer in (no, no, yes):
        actions.give_consent(session, cast.minh, household_id, answer, now=now())

    with pytest.raises(Conflict) as refused:
        actions.give_consent(session, cast.minh, household_id, no, now=now())

    assert refused.value.code == "consent-in-force"
    said = queries.consents_of(session, household_id)
    assert sorted(c.refused for c in said) == [False, True]
    assert next(c for c in said if c.refused).withdrawn_at is not None


def test_a_look_at_a_number_is_in_the_history_with_its_reason(session, cast, make_household):
    household_id = make_household(citizen_number="001150000001")
    member = queries.members_of(session, household_id)[0]
    before = now() - timedelta(minutes=1)

    actions.reveal_citizen_number(session, cast.tam, household_id, member.id, "check-papers")

    line = history_of(session, "household", household_id)[0]
    assert (line.action, line.reason) == ("reveal-citizen-number", "check-papers")
    assert queries.revealed_members(session, cast.tam, household_id, before) == {member.id}
    assert queries.revealed_members(session, cast.minh, household_id, before) == set()
    assert queries.numbers_of(session, [member.id]) == {member.id: "001150000001"}
