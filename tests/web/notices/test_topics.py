"""Everybody chooses which messages they want."""

from app.infra.transaction import scoped, transaction
from app.notices import queries
from app.notices.rules import Topic


def test_what_is_not_ticked_is_turned_off(browse, cast):
    browse.sign_in(cast.minh)
    page = browse.get("notices.topics")

    wanted = [t.value for t in Topic if t is not Topic.DIGEST]
    browse.submit(page, {"wanted": wanted}, to="/notices/mine/topics")

    with scoped({"*"}), transaction(read_only=True) as session:
        assert queries.own_topics(session, cast.minh) == [Topic.DIGEST]
