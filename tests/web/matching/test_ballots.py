"""The pages of ballots: opened by staff, voted on by those concerned, read once they are over."""

from datetime import timedelta

import pytest

from app.accounts.rules import Role
from app.kernel.clock import now, today
from app.matching.actions import ballots
from app.matching.models import Ballot, BallotVote
from tests.factories.ballots import CHOICES
from tests.factories.cast import WARD_A

RESULT = {
    "voters": 16,
    "places": {"v1": 2, "priority-first": 3, "evenness-first": 1},
    "totals": {"v1": 0.5, "priority-first": 0.25, "evenness-first": 0.75},
    "pools": [
        {"of": ["donors", "staff"], "voters": 7, "scores": dict.fromkeys(CHOICES, 0.5)},
        {"of": ["organisations"], "voters": 9, "scores": dict.fromkeys(CHOICES, 0.5)},
    ],
}


@pytest.fixture
def counted(make_ballot):
    return make_ballot(over=True, state="closed", closed_at=now(), result=RESULT)


def test_staff_open_a_ballot_of_their_ward(signed_in, session, make_run):
    make_run()
    browse = signed_in()
    page = browse.get("matching.new_ballot")
    typed = {"question": "Việc gấp hay chờ lâu?", "candidates": ["v1", "evenness-first"]}

    answer = browse.submit(page, typed, to="/ballots/new")

    assert "Việc gấp hay chờ lâu?" in browse.follow(answer).text
    ballot = session.query(Ballot).one()
    assert (ballot.ward_code, ballot.candidates) == (WARD_A, ["v1", "evenness-first"])
    assert ballot.closes_at.date() == today() + timedelta(days=14)


def test_one_candidate_is_no_question(signed_in, make_run):
    make_run()
    typed = {"question": "?", "candidates": ["v1"], "closes_on": today().isoformat()}

    page = signed_in().post("matching.new_ballot", typed, expect=422)

    assert "Xin chọn từ 2 đến 6 phương án." in page.text
    assert "Xin chọn một ngày từ ngày mai" in page.text


def test_a_volunteer_votes_and_finds_the_vote_again(browse, session, make_actor, make_ballot):
    ballot = make_ballot()
    browse.sign_in(make_actor(Role.VOLUNTEER, "Nắng", ward_code=WARD_A))
    page = browse.get("matching.ballot", ballot_id=ballot.id)

    answer = browse.submit(page, {"rank-evenness-first": "1", "rank-v1": "2"}, to="/vote")

    again = browse.follow(answer)
    assert "Có thể đổi cho đến khi hết hạn" in again.text
    assert '<option value="2" selected>' in again.html
    assert "Ghi phiếu của một tổ chức" not in again.text
    vote = session.query(BallotVote).one()
    assert (vote.constituency, vote.ranking) == ("volunteers", {"evenness-first": 1, "v1": 2})


def test_an_empty_vote_comes_back(signed_in, make_ballot):
    ballot = make_ballot()

    page = signed_in("minh").post("matching.vote", {}, ballot_id=ballot.id, expect=422)

    assert "Xin xếp hạng ít nhất một phương án." in page.text


def test_nothing_is_told_while_votes_are_taken(signed_in, session, cast, make_ballot):
    ballot = make_ballot()
    browse = signed_in()
    page = browse.get("matching.new_paper", ballot_id=ballot.id)
    minute = {"organisation": "Mặt trận phường", "minute": "01/BB", "votes": "9", "rank-v1": "1"}

    shown = browse.follow(browse.submit(page, minute, to="/papers/new"))

    assert "Mặt trận phường" in shown.text
    assert "hiện sau khi kiểm phiếu" in shown.text
    assert "Kết quả" not in shown.text
    browse.submit(shown, to="/remove")
    assert "Mặt trận phường" not in browse.get("matching.ballot", ballot_id=ballot.id).text


def test_a_counted_ballot_tells_small_constituencies_together(signed_in, counted):
    page = signed_in("minh").get("matching.ballot", ballot_id=counted.id)

    assert "Được xếp cao nhất: Chia đều giữa các nơi trước" in page.text
    assert "Các nhà hảo tâm, cán bộ phường và tổ trưởng (7 phiếu)" in page.text
    assert "Gửi phiếu" not in page.text


def test_what_a_ballot_said_stands_beside_the_versions(signed_in, make_run, counted):
    make_run()
    browse = signed_in()

    for page in (browse.get("matching.policies"), browse.get("matching.policy_version", version=1)):
        assert "Nên ưu tiên ai trước?" in page.text
        assert f"/ballots/{counted.id}" in page.html


def test_staff_count_a_ballot_whose_time_is_over(signed_in, session, cast, make_ballot):
    ballot = make_ballot(over=True)
    browse = signed_in()
    page = browse.get("matching.ballot", ballot_id=ballot.id)

    answer = browse.submit(page, to="/count")

    assert "Quá ít phiếu nên không nêu kết quả." in browse.follow(answer).text


def test_a_donor_finds_only_ballots_where_they_pledged(browse, make_actor, make_ballot):
    ballot = make_ballot()
    browse.sign_in(make_actor(Role.DONOR, "Lan", donor_id="nobody"))

    assert "Chưa có phiếu lấy ý kiến nào" in browse.get("matching.ballots").text
    browse.get("matching.ballot", ballot_id=ballot.id, expect=404)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INSPECTOR])
def test_who_checks_has_no_vote(browse, make_actor, make_ballot, role):
    scope = {"ward_code": WARD_A} if role is Role.INSPECTOR else {}
    browse.sign_in(make_actor(role, **scope))

    browse.get("matching.ballot", ballot_id=make_ballot().id, expect=404)


def test_a_late_vote_is_refused_in_words(signed_in, cast, make_ballot, session):
    ballot = make_ballot(over=True)
    ballots.count_ballots_that_are_over(session, now=now())

    page = signed_in("minh").post(
        "matching.vote", {"rank-v1": "1"}, ballot_id=ballot.id, expect=409
    )

    assert "Phiếu này đã hết hạn nhận ý kiến." in page.text
