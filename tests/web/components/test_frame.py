"""The frame of pages, and the pages that say what went wrong."""

import pytest
from flask import g, render_template

from app.infra.assets import asset_url
from tests.harness.browsing import HouseClient
from tests.harness.pages import Page

STATUSES = (400, 401, 404, 409, 413, 422, 429, 500, 503)


@pytest.fixture
def visit(flask_app):
    """Loads and checks a page that needs no database."""
    client = HouseClient(flask_app, flask_app.response_class)

    def visit(path, language="vi"):
        client.set_cookie("nc-lang", language)
        return Page(client.get(path)).check()

    return visit


@pytest.mark.parametrize("path", ["/_components", "/_components?errors=1", "/_components/public"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_style_guide_keeps_the_house_rules(visit, path, language):
    page = visit(path, language)

    assert page.status == 200
    assert page.root.get("lang") == language


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_error_page_says_what_to_do(flask_app, status, language):
    with flask_app.test_request_context("/"):
        g.language, g.session_token = language, ""
        html = render_template(f"errors/{status}.html", words=None)

    page = Page(flask_app.response_class(html, status=status, mimetype="text/html")).check()
    assert any(page.links()), "it leads somewhere"


def test_a_busy_page_keeps_what_was_typed_and_its_key(flask_app):
    typed = {"request_key": "k1", "csrf_token": "t1", "story": 'Mái "dột" <b>'}
    with flask_app.test_request_context("/pledges/new", method="POST", data=typed):
        g.language, g.session_token = "vi", ""
        html = render_template("errors/503.html", words=None)

    page = Page(flask_app.response_class(html, mimetype="text/html"))
    kept = {e.get("name"): e.get("value") for e in page.form("/pledges/new").iter("input")}
    assert kept == typed


def test_a_busy_page_never_holds_a_password(flask_app):
    typed = {"request_key": "k1", "csrf_token": "t1", "password": "bí mật của Lan"}
    with flask_app.test_request_context("/sign-in", method="POST", data=typed):
        g.language, g.session_token = "vi", ""
        html = render_template("errors/503.html", words=None)

    assert "bí mật của Lan" not in html


def test_a_built_file_is_kept_for_ever_and_comes_with_the_headers(flask_app):
    client = HouseClient(flask_app, flask_app.response_class)

    answer = client.get(asset_url("app.css"))

    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.close()
