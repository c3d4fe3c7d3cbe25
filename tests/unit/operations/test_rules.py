"""Reports of browsers: what they name is kept, what they tell of a person is not."""

import json

import pytest

from app.operations.rules import Report, read_report


def report(**said):
    return json.dumps({"csp-report": said}).encode()


def test_a_report_is_read_without_its_address():
    body = report(
        **{
            "document-uri": "https://site.example/households?search=Tran+Thi+Lan",
            "effective-directive": "script-src",
            "blocked-uri": "https://elsewhere.example/x.js?of=Lan",
        }
    )

    assert read_report(body) == Report("script-src", "elsewhere.example", "/households")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"csp-report": 3}',
        report(),
        report(**{"blocked-uri": "http://["}),
    ],
)
def test_what_is_no_report_is_no_fault(body):
    assert read_report(body).directive == "?"


def test_a_line_cannot_be_forged():
    body = report(**{"violated-directive": "img-src\nroot signed in", "blocked-uri": "a\nb"})

    assert read_report(body) == Report("?", "?", "")
