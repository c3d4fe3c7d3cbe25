"""Accounts of staff: proposed by one person, agreed to by another, ended by either."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts import actions, queries
from app.accounts.actions import RoleDraft, StaffDraft
from app.accounts.models import AccountProposal, Assignment, SignIn
from app.accounts.rules import SYSTEM, Role
from app.audit.models import AuditEvent
from app.infra.models import Job
from app.kernel.clock import now
from app.kernel.errors import Conflict, DomainError, NotFound
from tests.factories.cast import PROVINCE, WARD_A, WARD_B

EMAIL = "sen@example.com"


@pytest.fixture
def admin(make_actor):
    return make_actor(Role.SYSTEM_ADMIN, "Biển")


@pytest.fixture
def proposed(session, admin, cast):
    """An inspector for ward A, waiting."""
    draft = StaffDraft(RoleDraft(Role.INSPECTOR, ward_code=WARD_A), "QĐ 12", "Sen", EMAIL)
    return actions.propose_account(session, admin, draft, now=now())


def test_an_account_opens_when_a_second_person_agrees(session, cast, proposed):
    account_id = actions.agree(session, cast.tam, proposed, now=now())

    held = queries.roles_of(session, account_id, now())
    assert [r.role for r in held] == [Role.INSPECTOR]
    assert queries.email_of(session, account_id) == EMAIL
    jobs = select(func.count()).select_from(Job).where(Job.name == "send-password-reset")
    assert session.scalar(jobs) == 1


def test_the_first_letter_tells_of_the_account(session, cast, proposed):
    account_id = actions.agree(session, cast.tam, proposed, now=now())

    link = session.scalar(select(Job.arg).where(Job.name == "send-password-reset"))
    pending = queries.pending_reset(session, link)
    assert (pending.account_id, pending.email) == (account_id, EMAIL)
    assert pending.about is queries.About.NEW_ACCOUNT


def test_nobody_agrees_to_what_they_proposed(session, cast, proposed):
    session.execute(update(AccountProposal).values(proposed_by=cast.tam.account_id))

    with pytest.raises(DomainError) as refused:
        actions.agree(session, cast.tam, proposed, now=now())

    assert refused.value.code == "second-person-needed"


def test_the_database_refuses_one_person_as_both(session, admin, proposed):
    one_person = update(AccountProposal).values(
        state="agreed", decided_by=admin.account_id, decided_at=now()
    )

    with pytest.raises(IntegrityError, match="two_persons"):
        session.execute(one_person)


def test_the_database_refuses_whom_it_is_about(session, admin, cast, make_actor):
    minh = cast.minh.account_id
    draft = StaffDraft(RoleDraft(Role.INSPECTOR, ward_code=WARD_A), "QĐ", account_id=minh)
    actions.propose_role(session, admin, draft, now=now())
    by_oneself = update(AccountProposal).values(state="agreed", decided_by=minh, decided_at=now())

    with pytest.raises(IntegrityError, match="not_about_oneself"):
        session.execute(by_oneself)


@pytest.mark.parametrize("verb", ["agree", "decline"])
def test_another_wards_approver_finds_nothing(session, make_actor, proposed, verb):
    stranger = make_actor(Role.WARD_APPROVER, "Lạ", ward_code=WARD_B)
    reason = ["không"] if verb == "decline" else []

    with pytest.raises(NotFound):
        getattr(actions, verb)(session, stranger, proposed, *reason, now=now())


def test_the_provinces_officer_agrees_for_its_wards_and_for_itself(session, cast, admin, proposed):
    role = RoleDraft(Role.PROVINCE_OFFICER, province_code=PROVINCE)
    draft = StaffDraft(role, "QĐ 13", "Trà", "tra@example.com")
    of_province = actions.propose_account(session, admin, draft, now=now())

    for proposal in (proposed, of_province):
        actions.agree(session, cast.quan, proposal, now=now())

    assert queries.proposals_seen_by(session, cast.quan) == []


def test_a_wards_approver_sees_nothing_of_the_province(session, cast, admin):
    role = RoleDraft(Role.PROVINCE_OFFICER, province_code=PROVINCE)
    draft = StaffDraft(role, "QĐ 13", "Trà", "tra@example.com")
    actions.propose_account(session, admin, draft, now=now())

    assert queries.proposals_seen_by(session, cast.tam) == []


def test_a_proposal_is_decided_once(session, cast, proposed):
    actions.decline(session, cast.tam, proposed, "Chưa rõ", now=now())

    with pytest.raises(Conflict, match="decided-already"):
        actions.agree(session, cast.tam, proposed, now=now())


def test_a_role_may_take_the_place_of_another(session, cast, admin, make_actor):
    hoa = make_actor(Role.VOLUNTEER, "Hoa", ward_code=WARD_A)
    draft = StaffDraft(
        RoleDraft(Role.EVENT_LEAD, ward_code=WARD_A),
        "Lên trưởng nhóm",
        account_id=hoa.account_id,
        replaces=hoa.assignment_id,
    )
    proposal = actions.propose_role(session, admin, draft, now=now())

    actions.agree(session, cast.tam, proposal, now=now())

    assert [r.role for r in queries.roles_of(session, hoa.account_id, now())] == [Role.EVENT_LEAD]


def test_a_second_pair_of_eyes_stays_another_persons(session, cast, admin):
    draft = StaffDraft(
        RoleDraft(Role.WARD_APPROVER, ward_code=WARD_A), "QĐ", account_id=cast.minh.account_id
    )

    with pytest.raises(DomainError, match="incompatible-roles"):
        actions.propose_role(session, admin, draft, now=now())


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (RoleDraft(Role.WARD_OFFICER, province_code=PROVINCE), "place-of-role"),
        (RoleDraft(Role.SYSTEM_ADMIN, ward_code=WARD_A), "place-of-role"),
        (RoleDraft(Role.GROUP_LEADER, ward_code=WARD_A), "group-of-role"),
    ],
)
def test_a_role_belongs_to_its_kind_of_place(session, admin, role, code):
    with pytest.raises(DomainError, match=code):
        actions.propose_account(session, admin, StaffDraft(role, "x", "Sen", EMAIL), now=now())


def test_an_address_that_is_somebodys_is_refused(session, admin, cast, proposed):
    actions.agree(session, cast.tam, proposed, now=now())
    draft = StaffDraft(RoleDraft(Role.INSPECTOR, ward_code=WARD_A), "QĐ", "Sen", EMAIL)

    with pytest.raises(Conflict, match="account-exists"):
        actions.propose_account(session, admin, draft, now=now())


def test_suspending_ends_roles_here_and_every_session(session, cast, make_actor):
    minh = cast.minh.account_id
    token = actions.start_session(session, minh, "Firefox", now=now())

    actions.suspend(session, cast.tam, minh, "Nghỉ việc", now=now())

    assert queries.actor_of(session, actions.token_digest(token), now()) is None
    assert session.scalar(select(SignIn.ended_at)) is not None
    assert queries.roles_of(session, minh, now()) == []
    with pytest.raises(DomainError, match="no-role"):
        actions.start_session(session, minh, "Firefox", now=now())


def test_suspending_leaves_the_roles_of_other_places(session, cast, make_actor):
    both = make_actor(Role.VOLUNTEER, "Hai Nơi", ward_code=WARD_A)
    elsewhere = RoleDraft(Role.VOLUNTEER, ward_code=WARD_B)
    kept = actions.grant_role(session, SYSTEM, both.account_id, elsewhere, now=now())

    actions.suspend(session, cast.tam, both.account_id, "Nghỉ", now=now())

    open_ones = select(Assignment.id).where(
        Assignment.account_id == both.account_id, Assignment.ends_at > now()
    )
    assert session.scalars(open_ones).all() == [kept]


def test_nobody_suspends_themselves_or_twice(session, cast):
    with pytest.raises(DomainError, match="not-oneself"):
        actions.suspend(session, cast.tam, cast.tam.account_id, "x", now=now())
    actions.suspend(session, cast.tam, cast.minh.account_id, "x", now=now())
    with pytest.raises(Conflict, match="suspended-already"):
        actions.suspend(session, cast.tam, cast.minh.account_id, "x", now=now())


def test_each_deed_is_in_the_audit(session, cast, proposed):
    account_id = actions.agree(session, cast.tam, proposed, now=now())
    actions.suspend(session, cast.tam, account_id, "Nghỉ", now=now())

    deeds = set(session.scalars(select(AuditEvent.action)))
    assert {"propose-account", "agree-account", "grant-role", "suspend-account"} <= deeds
