"""What people, mistakes and attackers put into forms (TRUST.md, 5, group 1)."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tests.harness.examples import TOKENS

TEXTS = (
    "",
    " \t\n ",
    "x" * 5_000,
    "Nguye\u0302\u0303n Thi\u0323 De\u0323p",
    "a\x00b\x07\u202eabc\u200b\u200d\ufeffdef\u2066",
    "Bà Năm 🌸👨‍👩‍👧",
    "Nguy\u0435n V\u0430n",
    "<script>alert(1)</script>'; drop table household; -- {{ 7*7 }} ${7*7} %(n)s %s {0}",
)
NUMBERS = (
    "", "1.234,5", "1,234.5", "١٢٣", "1e9", "-1", "−1", "0", "1" + "0" * 30, "2147483648",
)  # fmt: skip
DATES = (
    "", "2026-02-31", "29/02/2023", "00/1950", "1950", "2569-01-01", "9999-12-31", "0001-01-01",
)  # fmt: skip
TIMES = ("", "25:00", "8 giờ")
CHOICES = ("", "no-such-choice", "\x00")
BY_TYPE = {
    "number": NUMBERS, "date": DATES, "time": TIMES, "checkbox": CHOICES, "radio": CHOICES,
    "hidden": (*CHOICES, "-1", "1" + "0" * 30, "١٢٣"),
}  # fmt: skip
TYPED = {"text", "number", "date", "time", "email", "tel", "search"}
# A form of fifty like boxes is no better tried by all fifty.
MOST_OF_A_KIND = 5
NUMERIC = {"numeric", "decimal"}


def hostile_values(form: Element) -> Iterator[tuple[str, str, str]]:
    """Name, kind of box and value: each box of a form with each thing that does not belong."""
    tried: Counter[str] = Counter()
    for name, kind in boxes_of(form):
        tried[kind] += 1
        if tried[kind] > MOST_OF_A_KIND:
            continue
        for value in BY_TYPE.get(kind, TEXTS):
            yield name, kind, value


def boxes_of(form: Element) -> list[tuple[str, str]]:
    """Name and kind of each box that people fill in or tick, once, in the order of the form."""
    found = ((box.get("name"), _kind(box)) for box in form.iter())
    named = ((n, kind) for n, kind in found if n and kind and n not in TOKENS)
    return list(dict.fromkeys(named))


def _kind(box: Element) -> str | None:
    if box.tag == "select":
        return "radio"
    if box.tag == "textarea":
        return "text"
    if box.tag != "input":
        return None
    kind = box.get("type", "text")
    if kind in {"submit", "button", "image", "reset", "file", "password"}:
        return None
    return "number" if box.get("inputmode") in NUMERIC else kind
