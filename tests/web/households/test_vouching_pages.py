"""Facts by page: written down by one, verified by another, approved by a third."""

import pytest

from app.accounts.rules import Role


@pytest.fixture
def second(make_actor):
    return make_actor(Role.WARD_OFFICER, "Hai", ward_code="00364")


def _whose(queue):
    return next(words for words in queue.links() if "Trần Thị Thử" in words)


def test_three_people_make_a_fact_count(browse, cast, second, make_household):
    household_id = make_household()
    browse.sign_in(cast.minh)
    page = browse.get("households.new_standing", household_id=household_id)
    fact = {"kind": "poor", "source": "Quyết định 12", "valid_from": "2026-01-01"}
    mine = browse.follow(browse.submit(page, fact, to="/standings/new"))
    assert "Chờ xác minh" in mine.text

    browse.sign_in(second)
    queue = browse.get("households.queue", state="submitted")
    standing = browse.visit(queue.link(_whose(queue)))
    browse.submit(standing, {"no_kin": "y"}, to="/verify")
    browse.sign_in(cast.tam)
    queue = browse.get("households.queue", state="verified")
    standing = browse.visit(queue.link(_whose(queue)))
    browse.submit(standing, to="/approve")

    page = browse.get("households.show", household_id=household_id, part="standings")
    assert "Đã duyệt" in page.text
    assert "Hai, Tâm" in page.text


def test_ones_own_claim_offers_no_button_and_a_forged_post_is_refused(
    browse, cast, make_household, claim
):
    standing_id = claim(make_household())
    browse.sign_in(cast.minh)

    page = browse.get("households.standing", standing_id=standing_id)
    forged = {"visited_on": "2026-11-20", "no_kin": "y"}
    refused = browse.post("households.verify", forged, standing_id=standing_id, expect=422)

    assert "Cần một người khác" in page.text
    assert "một người khác xác minh" in refused.text


def test_who_may_be_kin_must_say_that_they_are_not(browse, second, make_household, claim):
    standing_id = claim(make_household())
    browse.sign_in(second)
    page = browse.get("households.standing", standing_id=standing_id)

    again = browse.submit(page, {"visited_on": "2026-11-20"}, to="/verify", expect=422)

    assert "Chưa gửi được" in again.text


def test_many_facts_are_verified_at_once(browse, second, make_household, claim):
    ids = [claim(make_household(name=f"Lê {n}", birth_year=1940 + n)) for n in range(3)]
    browse.sign_in(second)
    browse.get("households.queue", state="submitted")

    after = browse.follow(browse.post("households.verify_many", {"standing": ids}))

    assert "Đã xong 3 hoàn cảnh" in after.text
    assert "Không còn gì chờ" in after.text


def test_nothing_ticked_is_said(browse, second, make_household, claim):
    claim(make_household())
    browse.sign_in(second)

    page = browse.post("households.verify_many", expect=422)

    assert "Xin chọn ít nhất một hoàn cảnh" in page.text


def test_an_approver_sends_back_with_a_reason_and_an_officer_cannot_approve(
    browse, cast, second, make_household, claim
):
    household_id = make_household()
    standing_id = claim(household_id)
    browse.sign_in(second)
    page = browse.get("households.standing", standing_id=standing_id)
    browse.submit(page, {"no_kin": "y"}, to="/verify")
    browse.post("households.approve", standing_id=standing_id, expect=404)

    browse.sign_in(cast.tam)
    page = browse.get("households.standing", standing_id=standing_id)
    browse.submit(page, {"reason": "Thiếu biên bản"}, to="/send-back")

    shown = browse.get("households.show", household_id=household_id, part="standings")
    assert "Thiếu biên bản" in shown.text


def test_another_wards_fact_is_not_found(browse, cast, make_household, claim):
    standing_id = claim(make_household())
    browse.sign_in(cast.hoa)

    browse.get("households.standing", standing_id=standing_id, expect=404)


def test_a_slip_of_the_finger_is_ended_by_a_second_person(browse, cast, make_household):
    household_id = make_household()
    browse.sign_in(cast.minh)
    page = browse.get("households.show", household_id=household_id)
    mine = browse.follow(browse.submit(page, to="/kin"))
    assert "Nếu khai nhầm" in mine.text
    assert "Kết thúc lời khai của" not in mine.text

    browse.sign_in(cast.tam)
    page = browse.get("households.show", household_id=household_id)
    ended = browse.follow(browse.submit(page, {"reason": "Bấm nhầm"}, to="/end"))

    assert "khai là người nhà của hộ từ" not in ended.text
    history = browse.get("households.show", household_id=household_id, part="history")
    assert "Kết thúc một lời khai là người nhà" in history.text
    assert "Bấm nhầm" in history.text
