"""The second factor: each code good once, by one person on; by two off."""

from datetime import datetime, timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import select

from app.accounts import actions, queries
from app.accounts.models import RecoveryCode, SecondFactor
from app.accounts.rules import Role
from app.kernel.clock import now
from app.kernel.errors import Conflict, DomainError, NotFound

STEP = timedelta(seconds=30)


@pytest.fixture
def moment():
    """The middle of the next step: after all that is made for a test, and away from any end."""
    at = now()
    return datetime.fromtimestamp(at.timestamp() // 30 * 30 + 45, at.tzinfo)


@pytest.fixture
def minh(session, cast, moment):
    """An officer with a second factor, and its key and recovery codes: (actor, TOTP, codes)."""
    actions.begin_factor(session, cast.minh, now=moment)
    totp = TOTP(queries.factor_of(session, cast.minh.account_id).secret)
    codes = actions.confirm_factor(session, cast.minh, totp.at(moment), now=moment)
    return cast.minh, totp, codes


@pytest.fixture
def waiting(session, minh, moment):
    """Minh's sign-in after the password."""
    return actions.start_session(session, minh[0].account_id, "Firefox", now=moment)


def actor(session, token, at):
    found = queries.actor_of(session, actions.token_digest(token), at)
    return found and found[0]


def test_a_sign_in_opens_nothing_before_its_code(session, waiting, moment):
    assert actor(session, waiting, moment) is None


def test_a_code_opens_it_under_a_new_token(session, minh, waiting, moment):
    later = moment + STEP

    token = actions.pass_code(session, waiting, minh[1].at(later), now=later)

    assert token != waiting
    assert actor(session, waiting, later) is None
    assert actor(session, token, later).has_second_factor


def test_a_code_is_good_once(session, minh, waiting, moment):
    later = moment + STEP
    code = minh[1].at(later)
    actions.pass_code(session, waiting, code, now=later)
    again = actions.start_session(session, minh[0].account_id, "Firefox", now=later)

    with pytest.raises(DomainError, match="code-wrong"):
        actions.pass_code(session, again, code, now=later)


def test_the_code_that_switched_it_on_does_not_sign_in(session, minh, waiting, moment):
    with pytest.raises(DomainError, match="code-wrong"):
        actions.pass_code(session, waiting, minh[1].at(moment), now=moment)


def test_the_last_code_is_good_for_ten_seconds_more(session, minh, waiting, moment):
    shown, typed = moment + STEP, moment + STEP + timedelta(seconds=20)

    assert actions.pass_code(session, waiting, minh[1].at(shown), now=typed)


def test_an_old_code_is_not(session, minh, waiting, moment):
    shown, typed = moment + STEP, moment + STEP + timedelta(seconds=26)

    with pytest.raises(DomainError, match="code-wrong"):
        actions.pass_code(session, waiting, minh[1].at(shown), now=typed)


def test_a_recovery_code_opens_once_however_it_is_written(session, minh, waiting, moment):
    account_id, code = minh[0].account_id, minh[2][3]
    spaced = " ".join(code[i : i + 4] for i in range(0, 20, 4)).lower()

    actions.pass_code(session, waiting, spaced, now=moment)

    assert queries.factor_of(session, account_id).codes_left == 9
    again = actions.start_session(session, account_id, "Firefox", now=moment)
    with pytest.raises(DomainError, match="code-wrong"):
        actions.pass_code(session, again, code, now=moment)


def test_nobody_elses_recovery_code_opens_it(session, minh, cast, moment):
    actions.begin_factor(session, cast.tam, now=moment)
    totp = TOTP(queries.factor_of(session, cast.tam.account_id).secret)
    actions.confirm_factor(session, cast.tam, totp.at(moment), now=moment)
    token = actions.start_session(session, cast.tam.account_id, "Firefox", now=moment)

    with pytest.raises(DomainError, match="code-wrong"):
        actions.pass_code(session, token, minh[2][0], now=moment)


def test_a_sign_in_waits_ten_minutes(session, minh, waiting, moment):
    late = moment + timedelta(minutes=11)

    with pytest.raises(NotFound):
        actions.pass_code(session, waiting, minh[1].at(late), now=late)


def test_switching_it_on_ends_the_other_sessions(session, cast, moment):
    other = actions.start_session(session, cast.minh.account_id, "Firefox", now=moment)
    actions.begin_factor(session, cast.minh, now=moment)
    totp = TOTP(queries.factor_of(session, cast.minh.account_id).secret)

    actions.confirm_factor(session, cast.minh, totp.at(moment), now=moment)

    assert actor(session, other, moment) is None


def test_nothing_of_it_is_kept_in_plain(session, minh):
    secret = minh[1].secret.encode()
    factor = session.scalars(select(SecondFactor)).one()
    kept = session.scalars(select(RecoveryCode.digest)).all()

    assert secret not in factor.secret
    assert len(kept) == len(minh[2]) == 10
    assert not {code.encode() for code in minh[2]} & set(kept)


def test_it_cannot_be_begun_anew_alone(session, minh, moment):
    with pytest.raises(Conflict, match="factor-on"):
        actions.begin_factor(session, minh[0], now=moment)


def test_five_codes_in_ten_minutes_are_looked_at(session, moment):
    looked_at = [actions.count_code(session, "a", now=moment) for _ in range(6)]

    assert looked_at == [True] * 5 + [False]


@pytest.fixture
def admin(make_actor):
    return make_actor(Role.SYSTEM_ADMIN, "Biển")


def test_two_persons_take_a_lost_one_away(session, minh, cast, admin, moment):
    lost = minh[0].account_id
    waiting = actions.start_session(session, lost, "Firefox", now=moment)
    proposal = actions.propose_forgetting(session, admin, lost, "Mất máy", now=moment)

    actions.agree(session, cast.tam, proposal, now=moment)

    assert queries.factor_of(session, lost) is None
    assert queries.roles_of(session, lost, moment)
    with pytest.raises(NotFound):
        actions.pass_code(session, waiting, minh[2][0], now=moment)
    token = actions.start_session(session, lost, "Firefox", now=moment)
    assert actor(session, token, moment) is not None


def test_there_must_be_one_to_forget(session, cast, admin, moment):
    with pytest.raises(DomainError, match="no-factor"):
        actions.propose_forgetting(session, admin, cast.minh.account_id, "Mất", now=moment)
