"""A ward's book as a file: all of what the list shows, for officers only, and noted."""

import pytest

from app.accounts.rules import Role
from app.households.sheets import Verdict, read_list
from app.kernel.clock import today


@pytest.fixture
def homes(make_household):
    """Three households, by name."""
    return [make_household(name=name) for name in ("Trần Văn Lam", "Lê Thị Tím", "Bùi Thị Sen")]


@pytest.fixture
def book(browse, cast):
    """The file with this search, and the answer it came with."""

    def take(language="vi", ending="xlsx", **search):
        browse.sign_in(cast.minh)
        browse.client.set_cookie("nc-lang", language)
        return browse.client.get(browse.address("households.export", ending=ending, **search))

    return take


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_is_exported_can_be_imported_again(homes, book, ending, language):
    answer = book(language, ending)

    rows = read_list(answer.data, f"so-ho.{ending}", today())

    assert {row.draft.name for row in rows} == {"Trần Văn Lam", "Lê Thị Tím", "Bùi Thị Sen"}
    assert Verdict.ERROR not in {row.verdict for row in rows}


def test_a_search_narrows_the_file_too(homes, book):
    assert [r.draft.name for r in read_list(book(q="tim").data, "a.xlsx", today())] == [
        "Lê Thị Tím"
    ]


def test_taking_the_book_home_is_in_the_journal_of_its_taker(homes, book, session, cast):
    from app.audit.models import AuditDetail, AuditEvent

    book(q="sen")

    event = session.query(AuditEvent).filter_by(action="export-households").one()
    detail = session.query(AuditDetail).filter_by(event_id=event.id).one()
    assert event.actor_id == cast.minh.account_id
    assert detail.changes["households"] == [homes[2]]


def test_a_group_leader_takes_no_book_home(homes, browse, make_actor):
    browse.sign_in(make_actor(Role.GROUP_LEADER, "Tổ", ward_code="00364"))

    browse.get("households.export", ending="xlsx", expect=404)
