"""Every page that a test loads is held to one standard; a failure says what to do instead."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

from app.infra.i18n import catalogue

UNFINISHED = re.compile(r"%\(\w+\)[sd]|\{\{|\{%|\bNone\b(?= *<)")
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


class PageRefused(AssertionError):
    """The page breaks a house rule."""


class Page:
    """One HTML answer, parsed. `root` is the tree, without namespaces."""

    def __init__(self, response) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(
            tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False
        )
        self.root: Element = parser.parse(self.html)
        self._errors = parser.errors

    def all(self, tag: str) -> Iterator[Element]:
        """Every element of that name."""
        return self.root.iter(tag)

    @property
    def heading(self) -> str:
        """The text of the one h1."""
        return text_of(next(self.all("h1")))

    @property
    def text(self) -> str:
        """All words on the page, single spaces between them."""
        body = self.root.find("body")
        return "" if body is None else text_of(body)

    def says(self, words: str) -> bool:
        """Whether the words stand on the page."""
        return words in self.text

    def link(self, words: str) -> str:
        """The address behind the link with exactly these words."""
        found = [a.get("href", "") for a in self.all("a") if text_of(a) == words]
        if not found:
            raise PageRefused(f"no link says {words!r}; there are {self.links()}")
        return found[0]

    def links(self) -> list[str]:
        """The words of all links."""
        return [text_of(a) for a in self.all("a")]

    def form(self, action: str = "", method: str = "post") -> Element:
        """The form with that method that leads to `action`, or the first whose address has it."""
        own = [f for f in self.all("form") if f.get("method", "get") == method]
        exact = [f for f in own if f.get("action", "") == action]
        near = [f for f in own if action in f.get("action", "")]
        if exact or near:
            return (exact or near)[0]
        raise PageRefused(f"no {method} form leads to {action!r}")

    def check(self) -> "Page":
        """Hold the page to the house rules; returns itself. Raises PageRefused."""
        breaches = [breach for rule in RULES for breach in rule(self)]
        if breaches:
            raise PageRefused("\n".join(breaches))
        return self

    def syntax_errors(self) -> list[str]:
        """What a strict HTML5 parser says."""
        lines = self.html.splitlines()
        return [
            f"HTML5: {code} near line {place[0]}: {lines[place[0] - 1].strip()[:120]!r}"
            for place, code, _data in self._errors
        ]


def text_of(element: Element) -> str:
    """The words of an element and all within, single spaces between them."""
    return " ".join("".join(element.itertext()).split())


def fields_of(form: Element) -> dict[str, list[str]]:
    """What a browser would send if the form were submitted as it stands."""
    sent: dict[str, list[str]] = {}
    for element in form.iter():
        name = element.get("name")
        if not name or element.get("disabled") is not None:
            continue
        for value in _values(element):
            sent.setdefault(name, []).append(value)
    return sent


def _values(element: Element) -> list[str]:
    kind = element.get("type", "text")
    if element.tag == "textarea":
        return [element.text or ""]
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        return [o.get("value", text_of(o)) for o in chosen]
    if element.tag != "input" or kind in {"submit", "button", "image", "file", "reset"}:
        return []
    if kind in {"checkbox", "radio"} and element.get("checked") is None:
        return []
    return [element.get("value", "on" if kind in {"checkbox", "radio"} else "")]


def _is_html5(page: Page) -> Iterator[str]:
    yield from page.syntax_errors()


def _has_one_heading(page: Page) -> Iterator[str]:
    headings = [text_of(h) for h in page.all("h1")]
    if len(headings) != 1:
        yield f"a page has exactly one h1, this one {len(headings)}: {headings}"
        return
    title = next((text_of(t) for t in page.all("title")), "")
    if not title.startswith(headings[0]):
        yield f"the title {title!r} must start with the h1 {headings[0]!r}"


def _has_unique_ids(page: Page) -> Iterator[str]:
    counted = Counter(e.get("id") for e in page.root.iter() if e.get("id"))
    yield from (
        f"id {name!r} stands {n} times; make it unique" for name, n in counted.items() if n > 1
    )


def _has_labels(page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in page.all("label")}
    inside = {id(e) for label in page.all("label") for e in label.iter()}
    for tag in ("input", "select", "textarea"):
        for field in page.all(tag):
            named = field.get("aria-label") or field.get("aria-labelledby")
            bound = field.get("id") in labelled or id(field) in inside
            if field.get("type") not in UNLABELLED and not named and not bound:
                yield f"{tag} {field.get('name')!r} has no label with for={field.get('id')!r}"


def _guards_posts(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        if form.get("action") is None:
            yield "a form needs an action, or a changed address sends it elsewhere"
        if form.get("method", "get").lower() != "post":
            continue
        names = {e.get("name") for e in form.iter("input")}
        yield from (
            f"the form to {form.get('action')!r} lacks {name}; use the nc_form macro"
            for name in ("csrf_token", "request_key")
            if name not in names
        )


def _is_finished(page: Page) -> Iterator[str]:
    if found := UNFINISHED.search(page.html):
        around = page.html[max(0, found.start() - 60) : found.end() + 40]
        yield f"words were not filled in: …{around}…"


def _keeps_the_policy(page: Page) -> Iterator[str]:
    for element in page.root.iter():
        for name in element.attrib:
            if str(name) == "style" or str(name).startswith("on"):
                yield f"<{element.tag} {name}=…> breaks the content security policy; use a class"
        data = element.get("type") in {"application/json", "application/ld+json"}
        if element.tag == "script" and not element.get("src") and not data:
            yield "an inline <script> breaks the content security policy; use a file"
        if element.tag == "img" and element.get("alt") is None:
            yield f"image {element.get('src')!r} needs an alt, empty if it only decorates"


def _names_its_language(page: Page) -> Iterator[str]:
    html = next(page.all("html"))
    if html.get("lang") not in {"vi", "en"}:
        yield f"html lang is {html.get('lang')!r}; it must be vi or en"


def _is_in_one_language(page: Page) -> Iterator[str]:
    """An English page shows no sentence of ours that has an English one."""
    if next(page.all("html")).get("lang") != "en":
        return
    english = catalogue("en")
    for element in page.root.iter():
        for words in (element.text, element.tail):
            said = " ".join((words or "").split())
            if said and english.gettext(said) != said and element.get("lang") != "vi":
                yield f"{said!r} stands in Vietnamese on an English page; wrap it in _()"


RULES = (
    _is_in_one_language,
    _is_html5,
    _has_one_heading,
    _has_unique_ids,
    _has_labels,
    _guards_posts,
    _is_finished,
    _keeps_the_policy,
    _names_its_language,
)
