"""Households by page: entered, found, changed, opened; another ward finds nothing."""

import pytest

from app.households import queries
from app.households.rules import HouseholdFilter

NUMBER = "001150000001"


def typed(**overrides):
    return {"name": "Lê Thị Gõ", "year": "1950", "address": "Số 3, ngõ thử"} | overrides


def test_an_officer_enters_a_household_and_sees_it(browse, cast):
    browse.sign_in(cast.minh)
    page = browse.get("households.new")

    shown = browse.follow(browse.submit(page, typed(phone="0912 345 678"), to="/households/new"))

    assert "Lê Thị Gõ" in shown.text
    assert "0912 345 678" in shown.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Hãy"),
        ({"name": "Lê 123"}, "không có chữ số"),
        ({"day": "31", "month": "2", "year": "1950"}, "không có trong lịch"),
        ({"day": "1"}, "đủ ngày, tháng, năm"),
        ({"year": "2090"}, "ở tương lai"),
        ({"phone": "12"}, "không đủ hoặc thừa"),
        ({"citizen_number": "12345"}, "Số căn cước không đủ"),
        ({"size": "0"}, "1"),
    ],
)
def test_what_cannot_be_so_is_said_and_what_was_typed_is_kept(browse, cast, wrong, words):
    browse.sign_in(cast.minh)

    page = browse.post("households.register", typed(**wrong), expect=422)

    assert words in page.text
    assert "Số 3, ngõ thử" in page.html


def test_a_likely_twin_is_shown_beside_before_anything_is_written(browse, cast, make_household):
    make_household(name="Lê Thị Gõ")
    browse.sign_in(cast.minh)

    page = browse.post("households.register", typed(), expect=422)
    assert "Người này có thể đã có trong sổ" in page.text

    browse.submit(page, {"confirmed": "y"}, to="/households/new")


def test_a_stale_change_is_a_conflict_that_shows_both_versions(browse, cast, make_household):
    household_id = make_household(address="Nhà thứ nhất")
    browse.sign_in(cast.minh)
    mine = browse.get("households.change", household_id=household_id)
    browse.submit(mine, {"address": "Nhà của người khác"}, to="/change")

    page = browse.submit(
        mine, {"address": "Nhà của tôi", "request_key": "k2"}, to="/change", expect=409
    )
    assert "Nhà của người khác" in page.text
    assert "Nhà của tôi" in page.text
    shown = browse.follow(browse.submit(page, to="/change"))

    assert "Nhà của tôi" in shown.text


@pytest.mark.parametrize("endpoint", ["show", "change", "new_member", "new_standing"])
def test_another_wards_household_is_as_missing_as_one_that_never_was(
    browse, cast, make_household, endpoint
):
    household_id = make_household()
    browse.sign_in(cast.hoa)

    foreign = browse.get(f"households.{endpoint}", household_id=household_id, expect=404)
    missing = browse.get(f"households.{endpoint}", household_id="nothing", expect=404)

    assert foreign.text == missing.text


def test_a_number_is_hidden_until_a_reason_is_given(browse, cast, make_household):
    household_id = make_household(citizen_number=NUMBER)
    browse.sign_in(cast.minh)
    page = browse.get("households.show", household_id=household_id)
    assert NUMBER not in page.html

    shown = browse.follow(browse.submit(page, {"purpose": "check-papers"}, to="/reveal"))
    history = browse.get("households.show", household_id=household_id, part="history")

    assert NUMBER in shown.text
    assert "Đối chiếu giấy tờ" in history.text


def test_the_list_is_searched_without_accents_and_filtered(browse, cast, make_household):
    make_household(name="Đào Thị Thuý")
    make_household(name="Lê Văn Khác")
    browse.sign_in(cast.minh)

    page = browse.get("households.index", q="dao thi thuy")

    assert "Đào Thị Thuý" in page.text
    assert "Lê Văn Khác" not in page.text


def test_the_list_keeps_names_out_of_its_own_links(browse, cast, make_household):
    for n in range(30):
        make_household(name="Nguyễn Văn Dài", birth_year=1930 + n)
    browse.sign_in(cast.minh)

    page = browse.get("households.index")
    following = page.link("Trang sau")

    assert "Nguy" not in following
    assert "Nguyễn Văn Dài" in browse.visit(following).text


def test_people_and_consents_come_and_go(browse, cast, make_household):
    household_id = make_household()
    browse.sign_in(cast.minh)
    page = browse.get("households.new_member", household_id=household_id)
    child = {"name": "Lê Út", "year": "2015", "relation": "cháu", "sex": "male"}
    shown = browse.follow(browse.submit(page, child, to="/members/new"))
    assert "Lê Út" in shown.text

    page = browse.get("households.show", household_id=household_id, part="consents")
    assert "Chưa hỏi hộ: không nhắn Zalo" in page.text
    agreed = {"purpose": "show-anonymous-card", "answer": "yes", "method": "paper"}
    shown = browse.follow(browse.submit(page, agreed, to="/consents"))
    withdrawn = browse.follow(browse.submit(shown, to="/withdraw"))

    assert "Ký trên giấy" in shown.text
    assert "Đã rút lúc" in withdrawn.text


def test_a_households_page_says_how_it_is_told(browse, cast, make_household):
    household_id = make_household()
    browse.sign_in(cast.minh)
    page = browse.get("households.show", household_id=household_id, part="consents")

    agreed = {"purpose": "message", "answer": "yes", "method": "witnessed"}
    shown = browse.follow(browse.submit(page, agreed, to="/consents"))
    withdrawn = browse.follow(browse.submit(shown, to="/withdraw"))

    assert "Hộ đồng ý nhận tin nhắn" in shown.text
    assert "Hộ đã rút đồng ý" in withdrawn.text


def test_a_household_that_moved_away_leaves_the_list(browse, cast, session, make_household):
    household_id = make_household()
    browse.sign_in(cast.minh)
    page = browse.get("households.show", household_id=household_id)

    browse.submit(page, {"reason": "Về quê"}, to="/move-away")

    assert "Đã chuyển đi" in browse.get("households.show", household_id=household_id).text
    assert queries.households_seen_by(session, cast.minh, HouseholdFilter()).lines == []


def test_english_pages_have_no_vietnamese_labels(browse, cast, make_household):
    household_id = make_household()
    browse.sign_in(cast.minh)
    browse.client.set_cookie("nc-lang", "en")

    page = browse.get("households.show", household_id=household_id)

    assert "Phone number" in page.text
    assert "Số điện thoại" not in page.text


def test_a_no_is_told_apart_from_never_asked(browse, cast, make_household):
    household_id = make_household()
    browse.sign_in(cast.minh)
    page = browse.get("households.show", household_id=household_id, part="consents")

    said = {"purpose": "message", "answer": "no", "method": "witnessed"}
    shown = browse.follow(browse.submit(page, said, to="/consents"))

    assert "Đã hỏi, hộ không đồng ý" in shown.text
    assert "Hộ nói không" in shown.text
    assert "Chưa hỏi hộ: không nhắn" not in shown.text
