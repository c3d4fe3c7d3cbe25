"""Every sentence that a person may read has its English; none is there for nothing."""

import ast
import re
from functools import cache

from babel.messages.pofile import read_po
from jinja2 import nodes

from app.infra.i18n import CATALOGUES
from tests.architecture.sources import ROOT, name_of, python_files, templates, tree_of

FUNCTIONS = {"_", "lazy_", "ngettext_", "gettext"}
PLACE = re.compile(r"%\((\w+)\)")


def words_in_python():
    for path in python_files("app", "worker"):
        for node in ast.walk(tree_of(path)):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in FUNCTIONS
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield name_of(path), first.value


def words_in_templates():
    from jinja2 import Environment

    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    for path in [*templates(), *sorted((ROOT / "templates").rglob("*.txt"))]:
        tree = environment.parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if getattr(call.node, "name", "") in FUNCTIONS and call.args:
                first = call.args[0]
                if isinstance(first, nodes.Const) and isinstance(first.value, str):
                    yield name_of(path), first.value


@cache
def english():
    found = {}
    for path in sorted((CATALOGUES / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.pluralizable:
                    one, many = message.id
                    assert one == many, "Vietnamese has no plural"
                    found.setdefault(one, []).append((path.name, " / ".join(message.string)))
                elif message.id:
                    found.setdefault(message.id, []).append((path.name, message.string))
    return found


def test_every_sentence_has_its_english():
    asked = {*words_in_python(), *words_in_templates()}

    missing = {(where, text) for where, text in asked if text and not english().get(text)}

    assert missing == set()


def test_no_english_sentence_is_empty():
    assert {(f, i) for i, said in english().items() for f, text in said if not text} == set()


def test_one_sentence_has_one_english():
    differing = {i: said for i, said in english().items() if len({text for _, text in said}) > 1}

    assert differing == {}


def test_both_languages_fill_in_the_same_places():
    differing = {
        i
        for i, said in english().items()
        for _file, text in said
        if set(PLACE.findall(i)) != set(PLACE.findall(text))
    }

    assert differing == set()


FAMILIAR = re.compile(r"\bbạn\b", re.IGNORECASE)


def test_nobody_is_addressed_as_if_by_a_friend():
    # Households are ông/bà, donors and visitors quý vị, staff anh/chị: app/DECISIONS.md.
    plain = {
        (name_of(path), line)
        for path in sorted((ROOT / "templates").rglob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    asked = {*words_in_python(), *words_in_templates(), *plain}

    assert {(where, text) for where, text in asked if FAMILIAR.search(text)} == set()


def test_every_deed_of_the_journal_has_its_words(flask_app):
    words = flask_app.jinja_env.globals["deed_words"]

    raw = {f"{name_of(path)}: {deed}" for path, deed in recorded_deeds() if deed not in words}

    assert raw == set()


def recorded_deeds():
    """Each deed that is written as it stands, with its file."""
    for path in python_files("app", "worker"):
        for node in ast.walk(tree_of(path)):
            name = getattr(node, "func", None)
            if getattr(name, "id", getattr(name, "attr", "")) == "record" and len(node.args) > 2:
                deed = node.args[2]
                if isinstance(deed, ast.Constant):
                    yield path, deed.value
