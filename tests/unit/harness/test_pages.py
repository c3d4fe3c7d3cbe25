"""The page rules catch what they are for; a rule that never fails guards nothing."""

import pytest
from flask import Flask

from tests.harness.pages import Page, PageRefused, fields_of

GOOD = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Hộ – Nhịp Cầu</title>
</head><body><h1>Hộ</h1><form method="post" action="/x"><input type="hidden" name="csrf_token"
value="t"><input type="hidden" name="request_key" value="k"><label for="n">Tên</label>
<input id="n" name="n" value="a"><select name="s" aria-label="S"><option value="1">1</option>
<option value="2" selected>2</option></select><button>Gửi</button></form></body></html>"""


def page(html):
    with Flask(__name__).test_request_context():
        return Page(Flask.response_class(html, mimetype="text/html"))


def test_a_good_page_passes():
    assert page(GOOD).check().heading == "Hộ"


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ("<h1>Hộ</h1>", "<h1>Hộ</h1><h1>Hai</h1>", "exactly one h1"),
        ("<title>Hộ", "<title>Nhà", "must start with the h1"),
        ('<label for="n">', "<label>", "has no label"),
        ("<button>", '<button id="n">', "make it unique"),
        ("csrf_token", "other", "lacks csrf_token"),
        ("request_key", "other", "lacks request_key"),
        (' action="/x"', "", "needs an action"),
        ("<h1>", '<h1 style="color:red">', "security policy"),
        ("<button>", '<button onclick="go()">', "security policy"),
        ("</form>", "</form><script>go()</script>", "inline <script>"),
        ("</form>", '</form><img src="a.png">', "needs an alt"),
        ("Gửi", "Gửi %(name)s", "not filled in"),
        ('lang="vi"', 'lang="fr"', "html lang"),
        ("</form>", "</form></div>", "HTML5"),
    ],
)
def test_a_breach_is_named(good, bad, words):
    assert good in GOOD

    with pytest.raises(PageRefused) as refused:
        page(GOOD.replace(good, bad)).check()

    assert words in str(refused.value)


def test_a_form_sends_what_a_browser_would():
    sent = fields_of(page(GOOD).form("/x"))

    assert sent == {"csrf_token": ["t"], "request_key": ["k"], "n": ["a"], "s": ["2"]}


def test_a_half_translated_page_is_refused(monkeypatch):
    class English:
        def gettext(self, message):
            return {"Tên": "Name"}.get(message, message)

    monkeypatch.setattr("tests.harness.pages.catalogue", lambda _language: English())
    half = GOOD.replace('lang="vi"', 'lang="en"')

    page(GOOD).check()
    page(half.replace("Tên", "Name")).check()
    with pytest.raises(PageRefused, match="stands in Vietnamese"):
        page(half).check()
