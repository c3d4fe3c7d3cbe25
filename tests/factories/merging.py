"""Households that are one: proposed by Minh, approved by Tâm."""

import pytest

from app.households.models import Household, HouseholdMerge
from app.households.rules import MergeDraft
from app.kernel.clock import now


@pytest.fixture
def propose(session, cast):
    """Minh proposes a merge: propose(kept, closed, phone=Side.CLOSED) gives its id."""

    from app.matching import actions

    def make(kept, closed, **choices):
        draft = MergeDraft(choices, "Cùng một nhà, ghi hai lần")
        return actions.propose_merge(session, cast.minh, kept, closed, draft, now=now())

    return make


@pytest.fixture
def unite(session, cast, propose):
    """Tâm approves what Minh proposes; returns the proposal as it was written down."""

    from app.matching import actions

    def make(kept, closed, **choices):
        merge_id = propose(kept, closed, **choices)
        actions.unite_households(session, cast.tam, merge_id, now=now())
        session.expire_all()
        return session.get_one(HouseholdMerge, merge_id)

    return make


@pytest.fixture
def promise(session, make_open_need, make_allocation):
    """A gift promised to a household: promise(home) gives its allocation."""

    def make(home, **overrides):
        need = make_open_need(household=session.get_one(Household, home), **overrides)
        return make_allocation(need=need)

    return make
