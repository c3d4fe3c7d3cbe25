"""The public board: only who agreed, only what names nobody, only what still waits."""

from datetime import timedelta

import pytest

from app.households import actions as households
from app.households import queries as homes
from app.households.rules import MemberDraft
from app.kernel.clock import now, today
from app.kernel.errors import NotFound
from app.needs import actions, queries
from app.needs.models import NeedCard
from app.needs.queries import BoardFilter

LATER = timedelta(minutes=1)


@pytest.fixture
def crowd(make_home):
    """Five poor homes headed by people of one age: enough to hide in."""
    return [make_home("poor", agrees=True, name=f"Trần Thị {c}") for c in "BCDEG"]


def card_of(session, need_id):
    return session.get_one(NeedCard, need_id, populate_existing=True)


def test_who_did_not_agree_stands_on_no_board(session, make_home, make_need):
    need_id = make_need(home=make_home(agrees=False))

    assert session.get(NeedCard, need_id) is None


def test_a_card_shows_label_and_age_where_five_homes_share_them(session, crowd, make_need):
    card = card_of(session, make_need(home=crowd[0]))

    assert (card.label, card.age_band, card.groups) == ("poor", "60-79", ["elderly", "poor"])


def test_a_card_of_a_small_group_shows_neither(session, make_home, make_need):
    need_id = make_need(home=make_home("agent-orange", agrees=True, birth_year=1980))

    card = card_of(session, need_id)

    assert (card.label, card.age_band, card.groups) == (None, None, [])


def test_one_large_family_is_no_crowd(session, make_home, make_need, cast):
    home = make_home("poor", agrees=True, birth_year=1990)
    for number in range(6):
        person = MemberDraft(f"Trần Văn {chr(66 + number)}", birth_year=1990 + number)
        households.add_member(session, cast.minh, home, person, now=now())

    card = card_of(session, make_need(home=home))

    assert card.label is None


def test_a_story_that_names_somebody_stays_inside(session, crowd, make_need):
    named = make_need(home=crowd[0], story="Bà Tím ở ngõ 105, gọi 0912 345 678")
    plain = make_need(home=crowd[1], story="Sống một mình, nhà dột khi mưa lớn")

    assert card_of(session, named).story is None
    assert card_of(session, plain).story == "Sống một mình, nhà dột khi mưa lớn"


def test_a_members_own_name_keeps_a_story_inside(session, make_home, make_need):
    home = make_home(agrees=True, name="Phạm Văn Út")

    card = card_of(session, make_need(home=home, story="ông út đau chân"))

    assert card.story is None


def test_a_chairs_size_stands_on_the_card_and_the_bodys_measure_does_not(session, make_need):
    card = card_of(session, make_need(kind_code="xe_lan"))

    assert card.spec == {"type": "standard", "seat_cm": 40}


def test_a_card_waits_and_is_found_only_then(session, make_need):
    need_id = make_need(longest_delay=timedelta(hours=72))
    card = card_of(session, need_id)

    with pytest.raises(NotFound):
        queries.card_by_code(session, card.code, now=card.posted_at - LATER)
    found = queries.card_by_code(session, card.code, now=card.posted_at + LATER)

    assert found.code == card.code


def test_the_board_narrows_by_what_the_visitor_asks(session, make_need):
    gift, chair = make_need(urgency=0), make_need(kind_code="xe_lan", urgency=3)
    at = now() + LATER

    def seen(**wanted):
        return {c.need_id for c in queries.board(session, BoardFilter(**wanted), now=at).cards}

    assert seen() == {gift, chair}
    assert seen(kind_code="xe_lan") == {chair}
    assert seen(urgency=2) == {chair}
    assert seen(ward_code="00301") == set()
    assert seen(search="phuong a") == {gift, chair}
    assert seen(search=card_of(session, gift).code.lower()) == {gift}
    assert seen(search="%") == set()


def test_what_is_covered_or_past_its_day_leaves_the_board(session, make_need):
    covered, late, open_one = make_need(), make_need(), make_need()
    actions.cover(session, covered, 1)
    card_of(session, late).deadline_on = today() - timedelta(days=1)
    session.flush()

    page = queries.board(session, BoardFilter(), now=now() + LATER)

    assert [c.need_id for c in page.cards] == [open_one]
    assert page.total == 1


def test_pages_go_on_by_key_without_gap_or_twin(session, make_need):
    ids = {make_need() for _ in range(26)}
    at = now() + LATER

    first = queries.board(session, BoardFilter(), now=at)
    rest = queries.board(session, BoardFilter(), now=at, after=first.after)

    seen = [c.need_id for c in first.cards + rest.cards]
    assert (len(first.cards), len(rest.cards)) == (24, 2)
    assert set(seen) == ids
    assert len(seen) == len(ids)


def test_a_donor_reads_how_many_needs_a_pledge_would_fit(session, crowd, make_need):
    make_need(home=crowd[0], kind_code="xe_lan")
    make_need(home=crowd[1], kind_code="xe_lan", spec={"type": "child", "hip_cm": 25})

    def count(spec, wards=(), groups=()):
        return queries.count_fitting(session, "xe_lan", spec, wards, groups)

    assert count({}) == 2
    assert count({"type": "standard"}) == 1
    assert count({"type": "standard", "seat_cm": 41}) == 1
    assert count({"type": "standard", "seat_cm": 46}) == 0
    assert count({}, wards=["00301"]) == 0
    assert count({}, groups=["poor"]) == 2
    assert count({}, groups=["policy"]) == 0


def test_totals_count_what_is_on_the_board(session, make_need):
    make_need()
    make_need(kind_code="xe_lan")

    totals = queries.board_totals(session, now=now() + LATER)

    assert (totals.needs, totals.wards) == (2, 1)


def test_consent_taken_back_takes_the_card_down_and_given_again_puts_it_up(
    session, cast, make_home, make_need
):
    home = make_home(agrees=True)
    need_id = make_need(home=home)
    consent = next(c for c in homes.consents_of(session, home))
    households.withdraw_consent(session, cast.minh, home, consent.id, now=now())

    actions.follow_consent(session, cast.minh, home, now=now())

    assert session.get(NeedCard, need_id, populate_existing=True) is None
