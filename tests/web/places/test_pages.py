"""Staff keep their ward's groups: open, correct, close."""

import pytest

from app.places.models import ResidentialGroup


@pytest.fixture
def officer(browse, cast):
    browse.sign_in(cast.minh)
    return browse


def test_a_group_is_opened_corrected_and_closed(officer):
    page = officer.get("places.groups")
    page = officer.follow(officer.submit(page, {"name": "13"}, to="/groups"))
    page = officer.visit(page.link("Tổ dân phố 13"))
    page = officer.follow(officer.submit(page, {"name": "Thôn Đoài"}, to="/groups/"))
    page = officer.visit(page.link("Thôn Đoài"))

    page = officer.follow(officer.submit(page, to="/close"))

    assert page.says("Giải thể ngày")


@pytest.mark.parametrize(
    "case",
    [
        ("", 422, ""),
        ("--", 422, "Hãy ghi số hoặc tên"),
        ("a" * 61, 422, ""),
        ("tổ 1", 409, "Phường đã có Tổ dân phố 1"),
    ],
)
def test_a_name_that_cannot_be_is_refused(officer, session, make_group, case):
    typed, status, words = case
    make_group(number=1)
    page = officer.get("places.groups")

    page = officer.submit(page, {"name": typed}, to="/groups", expect=status)

    assert page.says(words)
    assert session.query(ResidentialGroup).count() == 1


def test_another_wards_group_is_not_found(browse, cast, make_group):
    group = make_group()
    browse.sign_in(cast.hoa)

    browse.get("places.group", group_id=group.id, expect=404)
    browse.post("places.close_group", group_id=group.id, expect=404)


def test_its_pages_speak_english(officer, make_group):
    officer.client.set_cookie("nc-lang", "en")

    assert officer.get("places.groups").heading == "Residential groups"
    officer.get("places.group", group_id=make_group().id)


def test_donors_have_no_business_there(browse, cast):
    browse.sign_in(cast.lan)

    browse.get("places.groups", expect=404)
