"""Programmes and the catalogue as staff read them, and a ward's own programme."""

import pytest

from app.programmes.actions import load_programmes
from app.programmes.models import Programme

TYPED = {
    "name_vi": "Tết ấm Khương Đình",
    "theme": "tet",
    "aim_vi": "Mỗi hộ một phần quà",
    "kinds": ["qua_tet"],
    "starts_on": "2026-12-01",
    "handover_from": "2027-01-20",
    "handover_to": "2027-02-03",
    "ends_on": "2027-02-05",
    "once_per_household": "y",
}


@pytest.fixture
def officer(browse, cast, kinds):
    browse.sign_in(cast.minh)
    return browse


@pytest.fixture
def tet(session):
    load_programmes(session, 2027)
    return session.query(Programme).filter_by(code="tet-2027").one()


def test_a_programme_tells_its_days_and_what_it_gathers(officer, tet):
    page = officer.visit(officer.get("programmes.index").link(tet.name_vi))

    assert page.says("06/02/2027") is False
    assert page.says("22/01/2027")
    assert page.says("Quà Tết, lễ")


def test_a_ward_opens_and_closes_its_own(officer, session):
    page = officer.get("programmes.new")
    page = officer.follow(officer.submit(page, TYPED, to="/programmes/new"))

    assert page.says("Tết ấm Khương Đình")
    page = officer.follow(officer.submit(page, to="/close"))
    assert page.says("Đã đóng")
    assert session.query(Programme).one().ward_code == "00364"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"ends_on": "2026-11-01"}, "Ngày kết thúc phải sau ngày bắt đầu."),
        ({"handover_to": "2027-03-01"}, "Những ngày trao phải nằm trong"),
        ({"ends_on": "2036-01-01"}, "dài nhất là hai năm"),
        ({"starts_on": "31/02/2027"}, ""),
        ({"kinds": []}, "ít nhất một loại hỗ trợ"),
        ({"kinds": ["x"]}, ""),
        ({"name_vi": "   "}, ""),
        ({"theme": "x"}, ""),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept(officer, session, typed, words):
    page = officer.get("programmes.new")

    page = officer.submit(page, TYPED | typed, to="/programmes/new", expect=422)

    assert page.says(words)
    assert "Mỗi hộ một phần quà" in page.html
    assert session.query(Programme).count() == 0


def test_the_nations_programmes_are_nobodys_to_close(officer, tet):
    page = officer.get("programmes.show", programme_id=tet.id)

    assert not page.says("Đóng chương trình")
    officer.post("programmes.close", programme_id=tet.id, expect=404)


def test_another_wards_programme_is_not_found(officer, browse, cast, session):
    officer.submit(officer.get("programmes.new"), TYPED, to="/programmes/new")
    own = session.query(Programme).one()
    browse.sign_in(cast.hoa)

    browse.get("programmes.show", programme_id=own.id, expect=404)
    browse.post("programmes.close", programme_id=own.id, expect=404)
    assert "Tết ấm Khương Đình" not in browse.get("programmes.index").links()


def test_the_catalogue_tells_what_must_be_shown_and_what_fits(officer):
    page = officer.visit(officer.get("catalogue.index").link("Xe lăn"))

    assert page.says("Đã hỏi về vết loét tì đè")
    assert page.says("Mặt ngồi rộng hơn hông 2–3 cm, ngắn hơn đùi 3–6 cm.")
    officer.get("catalogue.show", code="khong-co", expect=404)


PAGES = [("programmes.index", {}), ("programmes.new", {}), ("catalogue.index", {})]
PAGES += [("catalogue.show", {"code": "xe_lan"}), ("catalogue.show", {"code": "qua_tet"})]


@pytest.mark.parametrize(("endpoint", "values"), PAGES)
def test_each_page_speaks_english(officer, tet, endpoint, values):
    officer.client.set_cookie("nc-lang", "en")

    page = officer.get(endpoint, **values)

    assert next(page.all("html")).get("lang") == "en"


@pytest.mark.parametrize(("endpoint", "values"), PAGES)
def test_each_page_is_for_staff(browse, cast, kinds, endpoint, values):
    browse.sign_in(cast.lan)

    browse.get(endpoint, expect=404, **values)
