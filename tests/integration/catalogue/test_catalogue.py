"""The catalogue and the year's programmes come with the product and stay as a ward left them."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.catalogue import queries
from app.catalogue.actions import load_catalogue
from app.catalogue.models import SupportKind
from app.catalogue.rules import Model, fits
from app.kernel.clock import now
from app.kernel.errors import DomainError, NotFound
from app.programmes import queries as programmes
from app.programmes.actions import (
    close_programme,
    load_coming_programmes,
    load_programmes,
    open_programme,
)
from app.programmes.models import Programme
from app.programmes.rules import ProgrammeDraft


def test_loading_twice_changes_nothing_and_keeps_what_the_ward_changed(session):
    load_catalogue(session)
    session.get_one(SupportKind, "xe_lan").reference_value = 3_000_000
    session.flush()

    count = load_catalogue(session)

    session.expire_all()
    assert session.scalar(select(func.count()).select_from(SupportKind)) == count
    assert queries.kind(session, "xe_lan").reference_value == 3_000_000


def test_a_stored_chair_fits_by_its_rules(session):
    load_catalogue(session)
    chair = queries.kind(session, "xe_lan")

    assert chair.model is Model.ITEM
    assert fits(chair.fit, {"type": "standard", "seat_cm": 38}, {"type": "standard", "hip_cm": 36})
    assert not fits(chair.fit, {"type": "child"}, {"type": "standard"})


def test_an_unknown_kind_is_not_found(session):
    with pytest.raises(NotFound):
        queries.kind(session, "khong-co")


def test_a_closed_kind_is_not_offered(session):
    load_catalogue(session)
    session.get_one(SupportKind, "xe_lan").is_open = False
    session.flush()

    assert "xe_lan" not in {kind.code for kind in queries.open_kinds(session)}


def draft(**values):
    known = {
        "code": "CT-1", "theme": "other", "name_vi": "Thử", "name_en": "Try", "aim_vi": "a",
        "aim_en": "a", "kinds": ("qua_tet",), "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 12, 1), "handover_from": date(2026, 11, 20),
        "handover_to": date(2026, 11, 30), "once_per_household": True, "ward_code": "00364",
    }  # fmt: skip
    return ProgrammeDraft(**known | values)


def test_the_years_drives_are_added_once(session):
    load_programmes(session, 2027)
    load_programmes(session, 2027)

    assert session.scalar(select(func.count()).select_from(Programme)) == 7


def test_this_years_and_the_next_years_drives_come_by_themselves(session):
    load_coming_programmes(session, today=date(2026, 11, 23))
    load_coming_programmes(session, today=date(2036, 11, 23))

    years = {p.code[-4:] for p in programmes.programmes_of(session, None)}

    assert years == {"2026", "2027", "2036"}


def test_today_tet_2027_gathers_everywhere(session):
    load_programmes(session, 2027)

    codes = [p.code for p in programmes.open_programmes(session, None, date(2026, 11, 23))]

    assert codes == ["tet-2027"]


def test_a_wards_programme_is_its_own_and_ends_when_closed(session, cast):
    programme_id = open_programme(session, cast.minh, draft())
    day = date(2026, 11, 23)

    def open_in(ward):
        return [p.id for p in programmes.open_programmes(session, ward, day)]

    assert (open_in("00364"), open_in("00301"), open_in(None)) == ([programme_id], [], [])
    close_programme(session, cast.minh, programme_id, now=now())
    assert open_in("00364") == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"ends_on": date(2026, 10, 1)}, "programme-dates-out-of-order"),
        ({"ward_code": "00301"}, "programme-unknown"),
        ({"ward_code": None}, "programme-unknown"),
    ],
)
def test_what_is_not_the_officers_to_open_is_refused(session, cast, values, code):
    with pytest.raises(DomainError) as refusal:
        open_programme(session, cast.minh, draft(**values))

    assert refusal.value.code == code


def test_another_ward_closes_nothing(session, cast):
    programme_id = open_programme(session, cast.minh, draft())

    with pytest.raises(NotFound):
        close_programme(session, cast.hoa, programme_id, now=now())
