"""The fixed cast: who they are and where; the same people in every test.

Lan donates, Minh is officer of ward A and Tâm its approver, Hoa is officer of ward B, Quân sees
the whole province, Vy is a stranger without a role.
"""

from dataclasses import dataclass

import pytest
from sqlalchemy.dialects.postgresql import insert

from app.accounts.actions import AccountDraft, RoleDraft, grant_role, open_account
from app.accounts.rules import SYSTEM, Actor, Role
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.vietnamese import fold
from app.places.models import Province, ResidentialGroup, Ward

PROVINCE = "01"
WARD_A = "00364"
WARD_B = "00301"
# Their names among the real ones; everything else about them is invented.
WARDS = {WARD_A: "Phường A", WARD_B: "Phường B"}


@dataclass(frozen=True, slots=True)
class Cast:
    """The people, as the actors that their requests would have."""

    lan: Actor
    minh: Actor
    tam: Actor
    hoa: Actor
    quan: Actor
    vy: Actor


@pytest.fixture
def wards(session):
    """Province 01 with wards A and B; kept as they are if reference data hold them."""
    place = {"code": PROVINCE, "name": "Tỉnh thử", "sort_key": "tinh thu"}
    session.execute(insert(Province).values(place).on_conflict_do_nothing())
    for code, name in WARDS.items():
        values = {"code": code, "province_code": PROVINCE, "name": name, "kind": "phường"}
        values |= {"sort_key": name.lower(), "search_text": fold(name)}
        session.execute(insert(Ward).values(values).on_conflict_do_nothing())
    return WARD_A, WARD_B


@pytest.fixture
def make_group(session, wards):
    """A residential group of ward A unless said otherwise; flushed."""

    def make(**overrides):
        number = overrides.pop("number", 1)
        values = {
            "id": new_id(),
            "ward_code": WARD_A,
            "kind": "tổ dân phố",
            "name": f"Tổ dân phố {number}",
            "folded_name": f"to dan pho {number}",
            "sort_key": f"to dan pho {number:03d}",
            "valid_from": now().date(),
        }
        group = ResidentialGroup(**(values | overrides))
        session.add(group)
        session.flush()
        return group

    return make


@pytest.fixture
def make_actor(session, wards):
    """An account with one role, as the actor of its requests: make_actor(Role.AUDITOR)."""

    def make(role=None, name="Vy", *, ward_codes=frozenset(), **scope):
        email = f"{new_id()}@example.com"
        account_id = open_account(session, AccountDraft(name, email, None, None), now=now())
        if role is None:
            return Actor(account_id=account_id, role=Role.PUBLIC, name=name)
        assignment = grant_role(session, SYSTEM, account_id, RoleDraft(role, **scope), now=now())
        own = {scope["ward_code"]} if scope.get("ward_code") else ward_codes
        session.flush()
        return Actor(
            account_id=account_id,
            role=role,
            name=name,
            ward_codes=frozenset(own),
            province_code=scope.get("province_code"),
            group_ids=frozenset({scope["group_id"]} if scope.get("group_id") else ()),
            donor_id=scope.get("donor_id"),
            assignment_id=assignment,
        )

    return make


@pytest.fixture
def cast(make_actor):
    """All of them at once. Lan's donor record is made by a test that needs it."""
    return Cast(
        lan=make_actor(Role.DONOR, "Lan", donor_id=new_id()),
        minh=make_actor(Role.WARD_OFFICER, "Minh", ward_code=WARD_A),
        tam=make_actor(Role.WARD_APPROVER, "Tâm", ward_code=WARD_A),
        hoa=make_actor(Role.WARD_OFFICER, "Hoa", ward_code=WARD_B),
        quan=make_actor(
            Role.PROVINCE_OFFICER,
            "Quân",
            province_code=PROVINCE,
            ward_codes=frozenset(WARDS),
        ),
        vy=make_actor(None, "Vy"),
    )
