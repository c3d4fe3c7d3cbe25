"""Two households that are one, by page: found, set side by side, proposed, approved, declined."""

import pytest

from app.households import actions as households
from app.households.rules import MergeDraft
from app.kernel.clock import now
from app.matching import actions


@pytest.fixture
def homes(make_household):
    return make_household(address="Ngõ 1"), make_household(address="Ngõ 2")


def test_one_officer_proposes_and_the_approver_unites(browse, cast, homes):
    kept, closed = homes
    browse.sign_in(cast.minh)
    page = browse.get("households.show", household_id=kept)
    twins = browse.visit(page.link("Cùng một hộ với hộ khác?"))
    assert "Trần Thị Thử" in twins.text
    both = browse.get("matching.merge_form", household_id=kept, twin_id=closed)
    assert "cùng một người với Trần Thị Thử" in both.text
    asked = {"address": "closed", "reason": "Cùng căn cước"}
    mine = browse.follow(browse.submit(both, asked, to=f"/merge/{closed}"))
    assert "một lãnh đạo khác sẽ duyệt" in mine.text
    assert "Duyệt và gộp" not in mine.text

    browse.sign_in(cast.tam)
    desk = browse.get("desk.show")
    queue = browse.visit(desk.link("Đề nghị gộp hộ chờ duyệt"))
    merge = browse.visit(queue.link("Trần Thị Thử"))
    home = browse.follow(browse.submit(merge, to="/approve"))

    assert "Ngõ 2" in home.text
    old = browse.get("households.show", household_id=closed)
    assert "Hộ này đã gộp vào hộ khác" in old.text
    assert old.link("Mở hộ được giữ") == f"/households/{kept}"


def test_what_stops_a_merge_is_said_and_nothing_can_be_sent(
    browse, cast, session, make_home, make_need
):
    kept, closed = make_home("poor"), make_home("poor")
    for home in (kept, closed):
        make_need("submitted", home=home)
    browse.sign_in(cast.minh)

    page = browse.get("matching.merge_form", household_id=kept, twin_id=closed)
    refused = browse.post(
        "matching.propose_merge", {"reason": "x"}, household_id=kept, twin_id=closed, expect=409
    )

    assert "Hãy rút một nhu cầu" in page.text
    assert "Đề nghị gộp" not in page.text
    assert "phải giải quyết trước khi gộp" in refused.text


def test_a_declined_merge_says_why_and_leaves_both(browse, cast, session, homes):
    draft = MergeDraft({}, "Cùng tên")
    merge_id = actions.propose_merge(session, cast.minh, *homes, draft, now=now())
    browse.sign_in(cast.tam)
    page = browse.get("matching.merge", merge_id=merge_id)

    again = browse.submit(page, {"reason": ""}, to="/decline", expect=422)
    done = browse.follow(browse.submit(again, {"reason": "Hai mẹ con"}, to="/decline"))

    assert "Hai mẹ con" in done.text
    assert "Đang cư trú" not in done.text
    assert browse.get("households.show", household_id=homes[1]).status == 200


def test_a_proposal_without_a_reason_is_sent_back_as_typed(browse, cast, homes):
    browse.sign_in(cast.minh)
    page = browse.get("matching.merge_form", household_id=homes[0], twin_id=homes[1])

    again = browse.submit(page, {"address": "closed"}, to="/merge", expect=422)

    assert "Chưa gửi được" in again.text


def test_officers_of_other_wards_find_no_merge(browse, cast, session, homes):
    draft = MergeDraft({}, "Cùng tên")
    merge_id = actions.propose_merge(session, cast.minh, *homes, draft, now=now())
    browse.sign_in(cast.hoa)

    assert browse.get("matching.merge", expect=404, merge_id=merge_id).status == 404


def test_who_proposed_takes_it_back(browse, cast, session, homes):
    draft = MergeDraft({}, "Cùng tên")
    merge_id = actions.propose_merge(session, cast.minh, *homes, draft, now=now())
    browse.sign_in(cast.minh)

    page = browse.get("matching.merge", merge_id=merge_id)
    done = browse.follow(browse.submit(page, to="/take-back"))

    assert "Người đề nghị đã rút" in done.text
    assert households.lock_homes(session, *homes) is None
