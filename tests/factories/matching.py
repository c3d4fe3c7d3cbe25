"""Needs that may be matched, runs and proposals, written straight into the tables.

`on=` writes through another session, for tests that commit.
"""

from datetime import timedelta

import pytest

from app.households.models import Household, Standing
from app.kernel.clock import now, today
from app.kernel.ids import new_code, new_id
from app.matching.models import MatchRun, Proposal
from app.needs.models import Need, NeedCard
from tests.factories.pledges import WARD, stand_on


@pytest.fixture
def staff(make_actor):
    """Accounts that register, verify and approve what the factories below make."""
    return [make_actor(name=name).account_id for name in ("Một", "Hai", "Ba")]


@pytest.fixture
def make_household_of(session, wards):
    """An active household of ward A: make_household_of(group_id=…)."""

    def make(*, on=None, **overrides):
        values = {
            "id": new_id(),
            "code": new_code("H"),
            "ward_code": WARD,
            "head_name": "Trần Thị Thử",
            "sort_key": "thu tran thi",
            "search_text": "tran thi thu",
        }
        household = Household(**values | overrides)
        (on or session).add(household)
        (on or session).flush()
        return household

    return make


@pytest.fixture
def make_open_need(session, make_household_of, staff):
    """An approved need with an approved standing and its card."""

    def make(*, on=None, household=None, groups=("poor",), valid_until=None, **overrides):
        where = on or session
        household = household or make_household_of(on=where)
        kind = overrides.get("kind_code", "qua_tet")
        stand_on(where, ward=household.ward_code, kind=kind)
        signed = {
            "created_by": staff[0],
            "verified_by": staff[1],
            "approved_by": staff[2],
            "approved_at": now() - timedelta(days=1),
        }
        standing = Standing(
            id=new_id(), ward_code=household.ward_code, household_id=household.id, kind="poor",
            source="list", state="approved", valid_from=today() - timedelta(days=30),
            valid_until=valid_until, **signed,
        )  # fmt: skip
        where.add(standing)
        where.flush()
        values = {
            "id": new_id(),
            "code": new_code("NC"),
            "ward_code": household.ward_code,
            "household_id": household.id,
            "standing_id": standing.id,
            "kind_code": kind,
            "units": 1,
            "cost_dong": 0,
            "urgency": 1,
            "starts_on": today(),
            "state": "approved",
            **signed,
        }
        need = Need(**values | overrides)
        where.add(need)
        where.flush()
        where.add(_card(need, groups))
        where.flush()
        return need

    return make


def _card(need, groups):
    return NeedCard(
        need_id=need.id, code=need.code, ward_code=need.ward_code, kind_code=need.kind_code,
        programme_id=need.programme_id, groups=list(groups), spec=need.spec or {},
        units=need.units, cost_dong=0, urgency=need.urgency, starts_on=need.starts_on,
        deadline_on=need.deadline_on, verified_on=today(), verified_by_role="ward-officer",
        is_open=True, posted_at=now(),
    )  # fmt: skip


@pytest.fixture
def make_run(session, wards):
    """A run that is ready, asked for by nobody unless said otherwise."""

    # Late, so that tests of other areas load no solver.
    from app.matching.actions.runs import ensure_policy

    def make(*, on=None, **overrides):
        where = on or session
        values = {
            "id": new_id(),
            "ward_code": WARD,
            "trigger": "ward",
            "state": "ready",
            "certified": True,
            "policy_version": ensure_policy(where, now=now()),
            "created_at": now(),
        }
        run = MatchRun(**values | overrides)
        where.add(run)
        where.flush()
        return run

    return make


@pytest.fixture
def make_proposal(session, make_open_need, make_line, make_run, cast):
    """A proposal that an approver has opened, with everything it stands on."""

    def make(*, on=None, need=None, line=None, run=None, **overrides):
        where = on or session
        need = need or make_open_need(on=where)
        line = line or make_line(on=where, kind_code=need.kind_code)
        run = run or make_run(on=where, requested_by=cast.minh.account_id)
        values = {
            "run_id": run.id,
            "ward_code": need.ward_code,
            "need_id": need.id,
            "pledge_line_id": line.id,
            "units": 1,
            "rank": 1,
            "reason": {"code": "served", "facts": {"tier": "B", "urgency": 1}},
            "opened_at": now(),
        }
        proposal = Proposal(**values | overrides)
        where.add(proposal)
        where.flush()
        return proposal

    return make
