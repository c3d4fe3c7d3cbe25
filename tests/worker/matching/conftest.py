"""A province with two wards and two kinds, and a run that was asked for over it."""

import pytest

from app.accounts.rules import SYSTEM
from app.kernel.clock import local_day, now
from app.matching import actions
from app.matching.models import Policy
from app.matching.rules.policy import DEFAULT_POLICY
from tests.factories.cast import PROVINCE, WARD_A, WARD_B
from tests.worker.matching.working import KINDS


@pytest.fixture
def two_wards(session, make_open_need, make_household_of, make_line):
    """Two kinds in two wards: three needs of each in each ward, four units of each kind."""
    for kind in KINDS:
        for ward in (WARD_A, WARD_B):
            for number in range(3):
                home = make_household_of(ward_code=ward)
                make_open_need(household=home, kind_code=kind, urgency=number)
        make_line(units=4, kind_code=kind)


@pytest.fixture
def a_floor(session):
    """A policy in force whose floor is the first five of ten brackets."""
    rules = {**DEFAULT_POLICY.as_json(), "floor_brackets": 5}
    session.add(Policy(version=1, name="Có sàn", rules=rules, valid_from=local_day(now())))
    session.flush()


@pytest.fixture
def province_run(two_wards, session, app):
    """A run over province 01 that was asked for; its id."""
    run_id = actions.request_province_run(session, SYSTEM, [PROVINCE], now=now())
    session.commit()
    with app.app_context():
        yield run_id
