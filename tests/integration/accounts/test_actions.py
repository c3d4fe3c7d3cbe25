"""Accounts, roles, sessions and reset links."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from app.accounts import actions, queries
from app.accounts.actions import AccountDraft, Limit, RoleDraft
from app.accounts.models import PasswordReset
from app.accounts.rules import SYSTEM, Actor, Role
from app.kernel.clock import now
from app.kernel.errors import Conflict, DomainError, NotFound


@pytest.fixture
def lan(session):
    draft = AccountDraft("Lan", "lan@example.com", "+84912000001", "hash")
    return actions.open_account(session, draft, now=now())


@pytest.fixture
def signed_in(session, lan):
    actions.grant_role(session, SYSTEM, lan, RoleDraft(Role.DONOR, donor_id="d"), now=now())
    return actions.start_session(session, lan, "Firefox", now=now())


def _actor(session, token, at=None):
    found = queries.actor_of(session, actions.token_digest(token), at or now())
    return found and found[0]


def test_an_account_is_found_by_mail_and_by_phone(session, lan):
    for name in ("lan@example.com", "+84912000001"):
        assert queries.account_by_index(session, actions.name_index(name)).id == lan


def test_a_name_that_is_taken_is_refused_and_nothing_is_lost(session, lan):
    with pytest.raises(Conflict):
        actions.open_account(session, AccountDraft("X", "lan@example.com", None, None), now=now())

    assert queries.email_of(session, lan) == "lan@example.com"


def test_a_session_says_who_acts(session, signed_in, lan):
    actor = _actor(session, signed_in)

    assert (actor.account_id, actor.role, actor.donor_id) == (lan, Role.DONOR, "d")


def test_one_statement_finds_an_actor_with_all_wards_of_its_province(database, session, cast):
    token = actions.start_session(session, cast.quan.account_id, "Firefox", now=now())
    session.flush()
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(database, "before_cursor_execute", note)
    actor = _actor(session, token)
    event.remove(database, "before_cursor_execute", note)

    assert (actor.ward_codes, len(asked)) == (cast.quan.ward_codes, 1)


def test_a_session_ends_when_idle_when_old_and_when_its_role_ends(session, signed_in):
    assert _actor(session, signed_in, now() + timedelta(hours=9)) is None
    assert _actor(session, signed_in, now() + timedelta(days=400)) is None


def test_signing_out_ends_the_session(session, signed_in):
    actor = _actor(session, signed_in)

    actions.end_session(session, actor, actor.session_id, now=now())

    assert _actor(session, signed_in) is None


def test_nobody_ends_the_session_of_another(session, signed_in):
    actor = _actor(session, signed_in)

    actions.end_session(session, Actor("stranger", Role.DONOR), actor.session_id, now=now())

    assert _actor(session, signed_in) is not None


def test_officer_and_approver_cannot_be_one_person(session, lan):
    actions.grant_role(session, SYSTEM, lan, RoleDraft(Role.WARD_OFFICER), now=now())

    with pytest.raises(DomainError) as refused:
        actions.grant_role(session, SYSTEM, lan, RoleDraft(Role.WARD_APPROVER), now=now())

    assert refused.value.code == "incompatible-roles"


def test_tries_beyond_the_limit_are_not_evaluated(session):
    limits = (Limit(5, timedelta(minutes=1)),)

    allowed = [actions.count_attempt(session, "k", limits, now()) for _ in range(100)]

    assert allowed.count(True) == 5


def test_a_reset_link_works_once_and_ends_all_sessions(session, signed_in, lan):
    actions.request_reset(session, actions.name_index("lan@example.com"), now=now())
    reset = session.query(PasswordReset).one()
    token = queries.pending_reset(session, reset.id).token

    actions.reset_password(session, token, "new hash", now=now())

    assert _actor(session, signed_in) is None
    with pytest.raises(NotFound):
        actions.reset_password(session, token, "again", now=now())


def test_a_new_password_ends_every_other_link_to_set_one(session, lan):
    for _ in range(2):
        actions.request_reset(session, actions.name_index("lan@example.com"), now=now())
    used, other = session.query(PasswordReset).all()
    tokens = [queries.pending_reset(session, link.id).token for link in (used, other)]

    actions.reset_password(session, tokens[0], "new hash", now=now())

    with pytest.raises(NotFound):
        actions.reset_password(session, tokens[1], "a stranger's", now=now())
    session.expire_all()
    assert queries.pending_reset(session, other.id) is None


def test_a_new_password_leaves_the_letter_that_confirms_an_address(session):
    draft = AccountDraft("Mai", "mai@example.com", None, "hash", is_confirmed=False)
    mai = actions.open_account(session, draft, now=now())
    actions.owe_confirmation(session, mai, now=now())

    actions.set_password(session, Actor(mai, Role.DONOR), mai, "new hash", now=now())

    link = session.query(PasswordReset).one()
    assert queries.pending_reset(session, link.id) is not None


def test_a_stronger_hash_never_takes_the_place_of_a_newer_password(session, lan):
    actions.set_password(session, Actor(lan, Role.DONOR), lan, "new hash", now=now())

    actions.keep_stronger_hash(session, lan, "hash", "stronger hash")

    account = queries.account_by_index(session, actions.name_index("lan@example.com"))
    session.refresh(account)
    assert account.password_hash == "new hash"


def test_a_reset_for_an_unknown_name_is_silent(session):
    actions.request_reset(session, actions.name_index("nobody@example.com"), now=now())

    assert session.query(PasswordReset).count() == 0
