"""Donors, pledges and what they stand on, written straight into the tables."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel.clock import now, today
from app.kernel.ids import new_code, new_id
from app.pledges.actions.promise import Cause, Move, book
from app.pledges.models import Donor, Pledge, PledgeLine
from app.pledges.rules import LineState

WARD = "00364"


def stand_on(session, *, ward=WARD, kind="qua_tet"):
    """The province, ward and support kind that a pledge refers to, unless they are there."""
    for statement in (
        "insert into province (code, name, sort_key) values ('01', 'Hà Nội', 'ha noi')",
        """insert into ward (code, province_code, name, kind, sort_key, search_text)
        values (:ward, '01', 'Khương Đình', 'phường', 'khuong dinh', 'khuong dinh')""",
        """insert into support_kind (code, label_vi, label_en, unit_vi, unit_en, model, icon,
        reference_value, max_units, repeat_after_days, one_per_household, is_open, position,
        spec_fields, fit, evidence) values (:kind, 'Quà Tết', 'Tết gift', 'suất', 'gifts',
        'units', 'gift', 500000, 1, 0, true, true, 1, '[]', '{}', '[]')""",
    ):
        session.execute(text(f"{statement} on conflict do nothing"), {"ward": ward, "kind": kind})


@pytest.fixture
def make_donor(session):
    """A donor, by default a person shown by name."""

    def make(*, on=None, **overrides):
        values = {
            "id": new_id(),
            "code": new_code("NHT"),
            "kind": "person",
            "name": "Lan Thử",
            "folded_name": "lan thu",
            "shown_as": "name",
        }
        donor = Donor(**values | overrides)
        (on or session).add(donor)
        (on or session).flush()
        return donor

    return make


@pytest.fixture
def make_line(session, make_donor):
    """A pledge with one line, open by default; its counts agree with its movements."""

    def make(*, on=None, units=10, state=LineState.OPEN, ward=WARD, pledge=None, **overrides):
        where = on or session
        kind = overrides.pop("kind_code", "qua_tet")
        stand_on(where, ward=ward, kind=kind)
        if pledge is None:
            pledge = _pledge(where, overrides.pop("donor", None) or make_donor(on=where), ward)
        values = {
            "id": new_id(),
            "pledge_id": pledge.id,
            "kind_code": kind,
            "given_as": "kind",
            "units": units,
            "unit_value": 500_000,
            "state": state.value,
            "free": units,
        }
        line = PledgeLine(**values | overrides)
        where.add(line)
        where.flush()
        book(where, Move(line.id, units, "pledged", "free", Cause("pledge", line.id, "pledge")))
        return line

    return make


def _pledge(session, donor, ward):
    window = {"available_from": today(), "available_to": today() + timedelta(days=60)}
    pledge = Pledge(
        id=new_id(), code=new_code("CK"), donor_id=donor.id, ward_code=ward, created_at=now(),
        **window,
    )  # fmt: skip
    session.add(pledge)
    session.flush()
    return pledge
