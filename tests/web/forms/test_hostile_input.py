"""Whatever is put into a form: a sentence that says what to do, what was typed kept, no row."""

import pytest
from markupsafe import escape

from app.accounts.access import LANGUAGE_COOKIE
from app.infra.forms import clean_text
from tests.harness.examples import TOKENS, fill, rehearsed, send
from tests.harness.hostile import TYPED, hostile_values
from tests.harness.pages import Page, PageRefused

# Written for a form that is refused: that it was tried, and that names were looked at.
TRIES = {"attempt", "audit_event", "audit_detail", "idempotency_key", "sign_in"}
SUMMARY, SENTENCE = "govuk-error-summary", '<p class="nc-p"><b>'


@pytest.fixture
def rehearsal(app, monkeypatch):
    """The site answers as in life, errors included, and changes nothing."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with rehearsed(monkeypatch) as written:
        yield written
    app.config["PROPAGATE_EXCEPTIONS"] = None


def test_no_value_breaks_a_form(browse, examples, rehearsal):
    wrong = []

    for endpoint, example in sorted(examples.items()):
        filled = fill(browse, endpoint, example)
        for name, kind, value in hostile_values(filled.element):
            rehearsal.clear()
            with browse.same_cookies():
                answer = send(browse, filled.path, filled.fields | {name: value})
            found = (*faults(answer, rehearsal), *faults_of_words(answer, kind, value))
            wrong += [(endpoint, name, kind, value[:20], fault) for fault in found]

    assert wrong == []


def faults(answer, written):
    """What no answer may be, whatever was sent."""
    if answer.status_code >= 500:
        yield "a fault of ours"
    if answer.status_code >= 400 and not set(written) <= TRIES:
        yield f"wrote {set(written) - TRIES}"


def faults_of_words(answer, kind, value):
    """A box that people type in gets its words beside it, and keeps what is in it."""
    page, typed = answer.get_data(as_text=True), str(clean_text(value))
    if answer.status_code == 422 and SUMMARY not in page and SENTENCE not in page:
        yield "no words"
    if kind not in TYPED:
        return
    if answer.status_code not in {200, 303, 409, 422}:
        yield f"answered {answer.status_code}"
    if answer.status_code in {409, 422} and typed and str(escape(typed)) not in page:
        yield "what was typed is gone"


def test_a_form_with_every_box_twice_or_empty_breaks_nothing(browse, examples, rehearsal):
    wrong = []

    for endpoint, example in sorted(examples.items()):
        filled = fill(browse, endpoint, example)
        tokens = {name: filled.fields[name] for name in TOKENS}
        plain = {k: v for k, v in filled.fields.items() if isinstance(v, str | list)}
        twice = {k: [*([v] if isinstance(v, str) else v), "x"] for k, v in plain.items()} | tokens
        for fields in (twice, tokens):
            rehearsal.clear()
            with browse.same_cookies():
                answer = send(browse, filled.path, fields)
            wrong += [(endpoint, len(fields), fault) for fault in faults(answer, rehearsal)]

    assert wrong == []


def test_an_empty_form_is_refused_in_the_readers_language(browse, examples, rehearsal):
    wrong = {}

    for endpoint, example in sorted(examples.items()):
        filled = fill(browse, endpoint, example)
        browse.client.set_cookie(LANGUAGE_COOKIE, "en")
        with browse.same_cookies():
            answer = send(browse, filled.path, {name: filled.fields[name] for name in TOKENS})
        if answer.mimetype == "text/html" and answer.status_code not in range(300, 400):
            try:
                Page(answer).check()
            except PageRefused as refused:
                wrong[endpoint] = str(refused)

    assert wrong == {}


@pytest.mark.parametrize(
    "fields",
    [{f"field-{n}": "x" for n in range(10_000)}, {"name": "x" * 10_000_000}],
    ids=["10,000 fields", "10 MB in one"],
)
def test_too_much_in_one_form_is_refused_with_a_sentence(browse, fields):
    page = browse.post("accounts.send_reset", fields, expect=413)

    assert "quá lớn" in page.text


def test_ten_thousand_query_values_are_as_good_as_none(browse, cast, rehearsal):
    browse.sign_in(cast.minh)
    query = "&".join(f"q{n}=x" for n in range(10_000))
    lists = [
        "publicity.board", "households.index", "needs.index", "pledges.index", "matching.proposals",
        "stock.index", "reports.index", "audit.index", "notices.index",
    ]  # fmt: skip

    answers = {name: browse.client.get(f"{browse.address(name)}?{query}") for name in lists}

    assert {n: a.status_code for n, a in answers.items() if a.status_code not in {200, 414}} == {}
