"""Homes whose needs go their way through the area's own actions, one step at a time."""

from datetime import timedelta

import pytest

from app.accounts.rules import Role
from app.catalogue import queries as catalogue
from app.catalogue.actions import load_catalogue
from app.households import actions as households
from app.households.models import Standing
from app.households.rules import ConsentDraft, ConsentMethod, ConsentPurpose
from app.kernel.clock import now, today
from app.kernel.ids import new_id
from app.needs import actions
from app.needs.rules import NeedDraft

WARD_A = "00364"
MEASURED = {"type": "standard", "hip_cm": 37}


@pytest.fixture
def kinds(session):
    """The catalogue as the product brings it."""
    load_catalogue(session)
    session.flush()


@pytest.fixture
def duc(make_actor, cast):
    """A second officer of ward A, who verifies what Minh writes down."""
    return make_actor(Role.WARD_OFFICER, "Đức", ward_code=WARD_A)


@pytest.fixture
def make_home(session, cast, duc, kinds, make_household):
    """A household of ward A with approved facts: make_home("poor", agrees=True) gives its id."""

    def make(*groups, agrees=False, **person):
        household_id = make_household(**person)
        for kind in groups or ("poor",):
            session.add(_fact(household_id, kind, cast, duc))
        if agrees:
            draft = ConsentDraft(ConsentPurpose.SHOW_CARD, ConsentMethod.PAPER)
            households.give_consent(session, cast.minh, household_id, draft, now=now())
        session.flush()
        return household_id

    return make


def _fact(household_id, kind, cast, duc):
    return Standing(
        id=new_id(), ward_code=WARD_A, household_id=household_id, kind=kind, source="list",
        state="approved", created_by=cast.minh.account_id, verified_by=duc.account_id,
        approved_by=cast.tam.account_id, valid_from=today() - timedelta(days=300),
    )  # fmt: skip


@pytest.fixture
def make_draft(session, kinds):
    """A need as Minh types it, with all the evidence its kind asks for."""

    def make(kind_code="qua_tet", **overrides):
        kind = catalogue.kind(session, kind_code)
        values = {
            "kind_code": kind_code,
            "units": 1,
            "cost_dong": 0,
            "urgency": 1,
            "starts_on": today(),
            "deadline_on": today() + timedelta(days=60),
            "spec": dict(MEASURED) if kind_code == "xe_lan" else {},
            "evidence": tuple(str(item["code"]) for item in kind.evidence),
            "story": "",
        }
        return NeedDraft(**values | overrides)

    return make


@pytest.fixture
def make_need(session, cast, duc, make_home, make_draft):
    """A need in any state up to approved: make_need("verified", kind_code="xe_lan")."""

    def make(state="approved", *, home=None, longest_delay=timedelta(0), **overrides):
        home = home or make_home(agrees=True)
        need_id = actions.register_need(
            session, cast.minh, home, make_draft(**overrides), now=now()
        )
        if state == "draft":
            return need_id
        actions.submit_need(session, cast.minh, need_id)
        if state == "submitted":
            return need_id
        actions.verify_need(session, duc, need_id, now=now())
        if state == "approved":
            actions.approve_need(session, cast.tam, need_id, now=now(), longest_delay=longest_delay)
        session.flush()
        return need_id

    return make
