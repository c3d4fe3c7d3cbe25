"""Households made by the area's own actions, so that every field is sealed as in life."""

import pytest

from app.households import actions
from app.households.rules import HouseholdDraft, MemberDraft, StandingDraft, StandingKind
from app.kernel.clock import now, today


@pytest.fixture
def make_household(session, cast):
    """A household of ward A, entered by Minh: make_household(name="Bà Thử", phone=…)."""

    def make(*, actor=None, ward_code="00364", **overrides):
        head = {
            "name": overrides.pop("name", "Trần Thị Thử"),
            "birth_year": overrides.pop("birth_year", 1950),
            "born_on": overrides.pop("born_on", None),
            "citizen_number": overrides.pop("citizen_number", None),
        }
        draft = HouseholdDraft(head=MemberDraft(**head), **overrides)
        return actions.register_household(
            session, actor or cast.minh, ward_code, draft, now=now(), today=today()
        )

    return make


@pytest.fixture
def claim(session, cast):
    """A fact about a household, written down by Minh and still unverified."""

    def make(household_id, kind=StandingKind.POOR, *, actor=None, **overrides):
        new_year = today().replace(month=1, day=1)
        values = {"source": "Quyết định thử", "valid_from": new_year, "valid_until": None}
        draft = StandingDraft(kind=kind, **values | overrides)
        return actions.claim_standing(session, actor or cast.minh, household_id, draft, now=now())

    return make
