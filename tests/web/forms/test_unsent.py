"""A session that ends between opening a form and sending it costs nobody what they typed."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import delete, select, update

from app.accounts.models import SignIn
from app.infra.models import KeptForm
from app.kernel.clock import now
from tests.harness.examples import fill, send
from tests.harness.hostile import TYPED, boxes_of
from tests.harness.pages import fields_of

NAME = "Lê Thị Chưa Gửi"


@pytest.fixture
def end_sessions(session):
    """End everybody's session, as time or another device would."""

    def end():
        session.execute(update(SignIn).values(ended_at=now()))
        session.commit()

    return end


@pytest.fixture
def left_behind(browse, cast, end_sessions):
    """A household that Minh typed in when his session had ended; where he is sent to."""
    browse.sign_in(cast.minh)
    page = browse.get("households.new")
    end_sessions()
    answer = browse.submit(page, {"name": NAME, "year": "1950", "note": "Nhà dột"}, to="/new")
    return answer.response.location


def _next(location):
    return parse_qs(urlsplit(location).query)["next"][0]


def test_what_was_typed_is_there_after_signing_in_and_can_be_sent(
    browse, session, cast, left_behind
):
    browse.sign_in(cast.minh)
    page = browse.visit(_next(left_behind))
    form = fields_of(page.form("/households/new"))
    browse.submit(page, to="/households/new")

    assert (form["name"], form["note"]) == ([NAME], ["Nhà dột"])
    assert "đã được điền lại" in page.text
    assert session.scalars(select(KeptForm)).all() == []


def test_signing_in_says_that_it_is_kept(browse, left_behind):
    page = browse.visit(left_behind)

    assert "những gì vừa nhập vẫn còn" in page.text


def test_somebody_else_at_the_same_browser_reads_nothing_of_it(browse, cast, duc, left_behind):
    browse.sign_in(duc)

    page = browse.visit(_next(left_behind))

    assert NAME not in page.html


def test_it_is_sealed_and_gone_after_an_hour(browse, session, cast, left_behind):
    kept = session.scalars(select(KeptForm)).one()
    session.execute(update(KeptForm).values(created_at=now() - timedelta(minutes=61)))
    browse.sign_in(cast.minh)

    page = browse.visit(_next(left_behind))

    assert NAME.encode() not in kept.body
    assert NAME not in page.html


def test_a_donor_comes_back_to_the_question_of_the_wizard(browse, examples, end_sessions):
    example = examples["pledges.keep_window"]
    filled = fill(browse, "pledges.keep_window", example)
    end_sessions()

    answer = send(browse, filled.path, filled.fields | {"note": "Xin đến buổi sáng"})
    browse.sign_in(example.who)
    page = browse.visit(_next(answer.location))

    assert "Xin đến buổi sáng" in page.html


def test_no_form_of_an_account_is_kept(browse, session, examples, end_sessions):
    filled = fill(browse, "accounts.end", examples["accounts.end"])
    end_sessions()

    answer = send(browse, filled.path, filled.fields)

    assert answer.status_code == 401
    assert session.scalars(select(KeptForm)).all() == []


def test_every_form_that_people_type_in_is_kept(browse, session, examples, end_sessions):
    lost = {}

    for endpoint, example in sorted(examples.items()):
        if example.who is None or endpoint.startswith("accounts."):
            continue
        filled = fill(browse, endpoint, example)
        typed = {n for n, kind in boxes_of(filled.element) if kind in TYPED and n in example.typed}
        # What is typed into a box for passwords is never kept.
        if not {name for name in typed if "password" not in name}:
            continue
        end_sessions()
        came_from = {
            "Referer": f"http://localhost{browse.address(example.page[0], **example.page[1])}"
        }
        answer = send(browse, filled.path, filled.fields, headers=came_from)
        browse.sign_in(example.who)
        page = browse.visit(_next(answer.location))
        shown = fields_of(page.form(filled.path))
        gone = {n for n in typed if shown.get(n) != [example.typed[n]]}
        if gone:
            lost[endpoint] = gone
        # One account keeps only so many, and here it sends them all.
        session.execute(delete(KeptForm))
        session.commit()

    assert lost == {}
