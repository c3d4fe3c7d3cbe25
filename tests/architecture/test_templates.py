"""Templates keep the content security policy and are words in two languages."""

import re
from types import FunctionType

from jinja2 import pass_context

from tests.architecture.sources import name_of, templates

STYLE_OR_HANDLER = re.compile(r"<[^>]*\s(style|on[a-z]+)\s*=", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\b(src|type=\"application/)[^>]*)", re.IGNORECASE)
UNSAFE = re.compile(r"\|\s*safe\b")
FOREIGN = re.compile(r"(src|href)\s*=\s*[\"'](https?:)?//", re.IGNORECASE)
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def found_by(pattern):
    return {
        f"{name_of(path)}: {match.group(0)[:80]}"
        for path in templates()
        for match in pattern.finditer(JINJA_COMMENT.sub("", path.read_text(encoding="utf-8")))
    }


def test_no_template_holds_style_or_handlers():
    assert found_by(STYLE_OR_HANDLER) == set()


def test_no_template_holds_an_inline_script():
    assert found_by(INLINE_SCRIPT) == set()


def test_no_template_marks_words_as_safe():
    assert found_by(UNSAFE) == set()


def test_no_page_loads_anything_from_elsewhere():
    assert {f for f in found_by(FOREIGN) if not f.startswith("templates/notices/")} == set()


def test_pages_extend_the_layout():
    partial = ("layout/", "components/", "notices/", "papers/")
    pages = [
        p for p in templates() if not name_of(p).removeprefix("templates/").startswith(partial)
    ]

    bare = {
        name_of(p)
        for p in pages
        if not p.name.startswith("_") and "{% extends" not in p.read_text(encoding="utf-8")
    }

    assert bare == set()


def test_nothing_that_templates_call_asks_for_their_context(flask_app):
    mark = next(iter(vars(pass_context(lambda _context: ""))))

    offered = flask_app.jinja_env.globals.items()

    # PlainCode calls without looking, so such a callable would take its first argument for it.
    assert mark == "jinja_pass_arg"
    ours = {name: value for name, value in offered if isinstance(value, FunctionType)}
    assert "_" in ours
    assert [name for name, value in ours.items() if hasattr(value, mark)] == []
