"""A declaration of kin is ended by another person, with a reason, and stays written."""

import pytest

from app.accounts.rules import Role
from app.audit.queries import history_of
from app.households import actions, queries
from app.households.models import Kin
from app.kernel.clock import now
from app.kernel.errors import Conflict, DomainError, NotFound


@pytest.fixture
def home(session, cast, make_household):
    household_id = make_household()
    actions.declare_kin(session, cast.minh, household_id, now=now())
    return household_id


def end(session, actor, household_id, reason="Bấm nhầm hộ"):
    said = session.query(Kin.id).order_by(Kin.id).first().id
    actions.end_kin(session, actor, household_id, said, reason, now=now())


def test_a_declaration_that_was_ended_bars_nobody_and_is_kept(session, cast, home):
    end(session, cast.tam, home)

    assert not queries.is_own_household(session, cast.minh, home)
    assert queries.kin_of(session, home) == []
    kept = session.query(Kin).populate_existing().one()
    assert (kept.ended_by, kept.ended_reason) == (cast.tam.account_id, "Bấm nhầm hộ")
    deeds = {line.action: line.reason for line in history_of(session, "household", home)}
    assert deeds["end-kin"] == "Bấm nhầm hộ"


def test_it_may_be_declared_anew(session, cast, home):
    end(session, cast.tam, home)

    actions.declare_kin(session, cast.minh, home, now=now())

    assert queries.is_own_household(session, cast.minh, home)
    assert session.query(Kin).count() == 2


def test_nobody_ends_their_own_and_no_relative_ends_anothers(session, cast, make_actor, home):
    cousin = make_actor(Role.WARD_OFFICER, "Cúc", ward_code="00364")
    actions.declare_kin(session, cousin, home, now=now())

    with pytest.raises(DomainError) as own:
        end(session, cast.minh, home)
    with pytest.raises(DomainError) as relative:
        end(session, cousin, home)

    assert (own.value.code, relative.value.code) == ("own-kin", "own-household")
    assert queries.is_own_household(session, cast.minh, home)


def test_it_ends_once_and_only_at_its_own_household(session, cast, make_household, home):
    with pytest.raises(NotFound):
        end(session, cast.tam, make_household())
    end(session, cast.tam, home)

    with pytest.raises(Conflict) as again:
        end(session, cast.tam, home)

    assert again.value.code == "kin-ended-already"
