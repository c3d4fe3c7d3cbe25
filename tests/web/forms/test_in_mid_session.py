"""What changes while somebody is signed in counts from their next click on."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.accounts.models import Account, Assignment
from app.accounts.rules import Role
from app.audit.models import AuditEvent
from app.kernel.clock import now


@pytest.fixture
def signed_in(browse, cast):
    browse.sign_in(cast.minh)
    browse.get("households.index")
    return browse


def _is_asked_to_sign_in(browse):
    answer = browse.client.get(browse.address("households.index"))
    return answer.status_code == 303 and "/sign-in" in answer.location


def test_a_role_that_has_run_out_opens_nothing_more(signed_in, session, cast):
    ended = update(Assignment).where(Assignment.id == cast.minh.assignment_id)
    session.execute(ended.values(ends_at=now() - timedelta(seconds=1)))
    session.commit()

    assert _is_asked_to_sign_in(signed_in)


def test_a_closed_account_opens_nothing_more(signed_in, session, cast):
    closed = update(Account).where(Account.id == cast.minh.account_id)
    session.execute(closed.values(closed_at=now()))
    session.commit()

    assert _is_asked_to_sign_in(signed_in)


def test_a_role_changed_in_mid_session_holds_at_once(signed_in, session, cast):
    changed = update(Assignment).where(Assignment.id == cast.minh.assignment_id)
    session.execute(changed.values(role=Role.INSPECTOR.value))
    session.commit()

    signed_in.get("households.index", expect=404)


def test_a_clock_put_back_an_hour_signs_nobody_out_and_breaks_nothing(
    signed_in, session, time_machine
):
    session.execute(update(Assignment).values(starts_at=now() - timedelta(days=1)))
    session.commit()
    time_machine.move_to(now() - timedelta(hours=1))

    page = signed_in.get("households.new")
    answer = signed_in.submit(page, {"name": "Lê Thị Sớm", "year": "1950"}, to="/new")

    assert signed_in.follow(answer).says("Lê Thị Sớm")


def test_a_form_from_before_the_sign_in_is_not_sent_as_somebody_else(browse, cast, make_household):
    browse.sign_in(cast.minh)
    page = browse.get("households.new")
    browse.sign_in(cast.hoa)

    browse.submit(page, {"name": "Lê Thị Lạc", "year": "1950"}, to="/new", expect=400)


def test_every_look_at_a_household_is_in_the_journal(browse, session, cast, make_household):
    household_id = make_household()
    browse.sign_in(cast.minh)

    browse.get("households.show", household_id=household_id)
    browse.sign_in(cast.hoa)
    browse.get("households.show", household_id=household_id, expect=404)

    looks = session.query(AuditEvent).filter_by(action="view-household").all()
    assert [(e.actor_id, e.object_id) for e in looks] == [(cast.minh.account_id, household_id)]
