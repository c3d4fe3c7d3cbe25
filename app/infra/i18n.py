"""Words in two languages: Vietnamese is the source, English stands in one PO file an area."""

import gettext as gettext_module
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias, cast

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy
from flask import g
from flask.globals import _cv_app

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"
CATALOGUES = Path(__file__).parent.parent / "translations"

# To the type checker a lazy string is text: forms, templates and `%` all treat it so.
LazyString: TypeAlias = str


def current_language() -> str:
    """The language of this request, or Vietnamese outside of one."""
    # Not through `g`: a page asks some five hundred times, and a proxy takes four calls for each.
    context = _cv_app.get(None)
    if context is None:
        return DEFAULT_LANGUAGE
    language: str = getattr(context.g, "language", DEFAULT_LANGUAGE)
    return language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything inside in `language`, as for a paper that is official in one language only."""
    before = current_language()
    g.language = language
    try:
        yield
    finally:
        g.language = before


@cache
def catalogue(language: str) -> gettext_module.NullTranslations:
    """All PO files of a language as one catalogue.

    Our own sentences are Vietnamese at the source, so `vi` holds only those of libraries.
    """
    merged = Catalog(locale=language)
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    merged[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext_module.GNUTranslations(compiled)


def translate(language: str, message: str, **values: object) -> str:
    """`message` in `language`, its %(name)s places filled from `values`."""
    if not values:
        return _words(language, message)
    return _words(language, message, _number_in(values)) % values


def _number_in(values: Mapping[str, object]) -> int:
    """1 where one of something is told, as n or count, a number or as it is shown; else 2."""
    told = values.get("n", values.get("count"))
    return 1 if told is not None and str(told) == "1" else 2


# A page asks some four hundred times; gettext takes three calls for each.
@lru_cache(maxsize=20_000)
def _words(language: str, message: str, number: int = 2) -> str:
    known = catalogue(language)
    # Vietnamese has no plural, so both forms of a PO entry have the same id.
    counted = known.ngettext(message, message, number)
    return known.gettext(message) if counted == message else counted


def _(message: str, **values: object) -> str:
    """`message` in the language of this request."""
    if not values:
        return _words(current_language(), message)
    return _words(current_language(), message, _number_in(values)) % values


class Later(LazyProxy):
    """A sentence that is looked up when it is shown; all else is the proxy's."""

    __slots__ = ("_message",)
    _message: str

    def __init__(self, message: str) -> None:
        super().__init__(_, message, enable_cache=False)
        # The proxy's own setter would look the sentence up.
        object.__setattr__(self, "_message", message)

    def __str__(self) -> str:
        """The sentence in the language of this request."""
        return _words(current_language(), self._message)


def lazy_(message: str) -> LazyString:
    """The same, but looked up when it is shown: for module-level tables and form labels."""
    return cast("str", Later(message))
