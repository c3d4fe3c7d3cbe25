"""From a figure to its rows, and from a row to a page that its reader may open."""

import pytest

from app.accounts.rules import Role
from app.kernel.clock import today


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
