"""A page kept for visitors is everybody's but for each one's token; the signed-in get their own."""

import re

import pytest

TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]{64})"')


@pytest.fixture
def keeping(app):
    """The site as it runs outside of tests: pages are kept."""
    app.config["KEEP_PAGES"] = True
    yield app
    app.config["KEEP_PAGES"] = False


@pytest.fixture
def rendered(keeping, monkeypatch):
    """How often the board was really made."""
    from app.publicity import views

    times, make = [], views._page

    def counted(template, **values):
        times.append(template)
        return make(template, **values)

    monkeypatch.setattr(views, "_page", counted)
    return times


def visit(app, path="/board", **cookies):
    client = app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name.replace("_", "-"), value)
    return client.get(path).text


def test_two_visitors_share_a_page_and_no_token(keeping, rendered):
    path = "/board?urgency=soon&after=share"
    first, second = visit(keeping, path), visit(keeping, path)

    tokens = TOKEN.search(first)[1], TOKEN.search(second)[1]
    assert rendered == ["board"]
    assert tokens[0] != tokens[1]
    assert first.replace(tokens[0], "") == second.replace(tokens[1], "")


def test_another_language_is_another_page(keeping, rendered):
    path = "/board?after=language"

    vietnamese, english = visit(keeping, path), visit(keeping, path, nc_lang="en")

    assert rendered == ["board", "board"]
    assert vietnamese != english


def test_whoever_is_signed_in_gets_a_page_made_anew(keeping, rendered, browse, cast):
    visit(keeping, "/board?after=signed")
    browse.sign_in(cast.minh)

    page = browse.visit("/board?after=signed")

    assert rendered == ["board", "board"]
    assert "Minh" in page.text


def test_words_to_show_once_are_not_kept(keeping, rendered):
    client = keeping.test_client()
    with client.session_transaction() as flashes:
        flashes["_flashes"] = [("done", "Đã đăng xuất.")]

    shown = client.get("/board?after=flash").text
    other = visit(keeping, "/board?after=flash")

    assert "Đã đăng xuất." in shown
    assert "Đã đăng xuất." not in other
