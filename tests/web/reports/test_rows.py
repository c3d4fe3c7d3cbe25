"""From a figure to its rows, and from a row to a page that its reader may open."""

import pytest

from app.accounts.rules import Role
from app.kernel.clock import now, today
from app.pledges import actions as pledges
from app.reports.queries import mobilised
from app.reports.rules import Amount, Measure, Question, total_of


@pytest.fixture
def rows(browse, make_allocation):
    """The page of pledged rows, as somebody of the ward reads it."""
    make_allocation()
    day = today().isoformat()

    def read(actor):
        browse.sign_in(actor)
        asked = {"measure": "pledged", "dimension": "kind", "ward": "00364"}
        return browse.get("reports.rows", first=day, last=day, **asked)

    return read


def test_the_ward_goes_on_to_the_pledge(rows, cast):
    assert 'href="/pledges/' in rows(cast.minh).html


def test_an_inspector_finds_no_link_that_is_not_theirs(rows, make_actor):
    page = rows(make_actor(Role.INSPECTOR, "Trăng", ward_code="00364"))

    assert "CK-" in page.text
    assert 'href="/pledges/' not in page.html


def test_the_paper_to_sign_is_in_vietnamese_for_an_english_reader_too(browse, cast, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "app.reports.exports.make_pdf", lambda _name, data, **_on: seen.append(data) or b"%PDF-"
    )
    browse.sign_in(cast.minh)
    browse.client.set_cookie("nc-lang", "en")

    answer = browse.get("reports.export", ending="pdf", ward="00364")

    assert answer.response.mimetype == "application/pdf"
    assert seen[0]["headers"][0] == "Loại hỗ trợ"


def test_what_is_only_announced_has_not_been_received(session, cast, make_line, take_in):
    line = make_line(units=10)
    take_in(line, 3)
    pledges.announce(session, cast.minh, line.id, 4, today(), now=now())

    found = mobilised(session, Question(today(), today(), ("00364",)))

    assert total_of(found)[Measure.RECEIVED] == Amount(3, 1_500_000)


@pytest.mark.parametrize(("page", "status"), [("", 422), ("rows", 200), ("mobilised.csv", 200)])
def test_an_unknown_way_to_split_is_no_error_of_ours(browse, cast, page, status):
    browse.sign_in(cast.minh)

    answer = browse.client.get(f"/reports/{page}?dimension=x")

    assert answer.status_code == status
