"""Rules that every form of the site keeps, tried on an example of each."""

import pytest

from app.accounts.access import EXEMPT
from tests.harness.examples import fill, send

# Their first answer is no redirect that could be given again, or ends the session it was for.
NOT_ANSWERED_AGAIN = {
    "accounts.sign_out", "accounts.switch", "accounts.start", "accounts.pass_code",
}  # fmt: skip
# What may be written for a form that is refused: the try itself, and when its sender was seen.
TRIES = {"attempt", "sign_in"}


@pytest.fixture
def posts(flask_app):
    """The endpoints to which a form may be sent."""
    return {r.endpoint for r in flask_app.url_map.iter_rules() if "POST" in r.methods} - EXEMPT


@pytest.fixture
def rows(pristine):
    """A mark for each table that holds the site's own rows."""
    return lambda: {k: v for k, v in pristine.marks().items() if k not in TRIES}


def test_every_form_has_an_example(posts, examples):
    # Add it to tests/factories/examples_of_*.py; the rules below then hold for the new form.
    assert posts - examples.keys() == set()


def test_a_form_without_our_token_is_refused_and_writes_nothing(browse, examples, rows):
    wrong = {}

    for endpoint, example in sorted(examples.items()):
        filled = fill(browse, endpoint, example)
        before = rows()
        for token in ("", "0" * 64, "chữ"):
            answer = send(browse, filled.path, filled.fields | {"csrf_token": token})
            if answer.status_code != 400 or rows() != before:
                wrong[endpoint, token] = answer.status_code

    assert wrong == {}


def test_a_form_sent_twice_is_done_once(browse, examples, rows):
    wrong = {}

    for endpoint, example in sorted(examples.items()):
        filled = fill(browse, endpoint, example)
        with browse.same_cookies():
            first = send(browse, filled.path, filled.fields)
        if first.status_code != example.answer:
            wrong[endpoint] = first.status_code, first.get_data(as_text=True)[:20]
        if endpoint in NOT_ANSWERED_AGAIN or first.status_code != 303:
            continue
        before = rows()
        again = send(browse, filled.path, filled.fields)
        other = send(browse, filled.path, filled.fields | {"reason": "khác", "units": "7"})
        answers = first.location, again.location, again.status_code, other.status_code
        if answers != (first.location, first.location, 303, 422) or rows() != before:
            wrong[endpoint] = answers, _changed(before, rows())

    assert wrong == {}


def _changed(before, after):
    return sorted(table for table in after if before[table] != after[table])
