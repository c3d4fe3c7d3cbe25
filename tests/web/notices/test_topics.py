"""Everybody chooses which messages they want."""

from app.accounts.rules import Role
from app.infra.transaction import scoped, transaction
from app.notices import queries
from app.notices.rules import Topic


def test_what_is_not_ticked_is_turned_off(browse, cast):
    browse.sign_in(cast.minh)
    page = browse.get("notices.topics")

    browse.submit(page, {"wanted": []}, to="/notices/mine/topics")

    with scoped({"*"}), transaction(read_only=True) as session:
        assert queries.own_topics(session, cast.minh) == [Topic.DIGEST]


def test_staff_are_asked_about_the_digest_and_donors_about_their_pledges_too(
    browse, cast, make_actor, make_donor
):
    donor = make_actor(Role.DONOR, "Lan", donor_id=make_donor().id)
    asked = {}

    for person in (cast.minh, donor):
        browse.sign_in(person)
        asked[person.role] = browse.get("notices.topics").text

    assert "Tin tóm tắt việc mỗi sáng" in asked[Role.WARD_OFFICER]
    assert "Tin về cam kết" not in asked[Role.WARD_OFFICER]
    assert "Tin về cam kết" in asked[Role.DONOR]
