"""Addresses of pages, joined from parts that are worked out once for each endpoint.

A list asks for some fifty; Flask finds the rule, its converters and the request's blueprint anew
for each. Whatever is not plain is left to Flask.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import quote_plus

from flask import Flask, current_app, url_for
from flask.globals import _cv_app, _cv_request
from werkzeug.routing import IntegerConverter, Rule, UnicodeConverter

# What stands in an address as it is, in its path and in its query alike.
PLAIN = re.compile(r"[A-Za-z0-9_.~-]+").fullmatch
HOLE = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
UNKNOWN: Final = object()
Parts = tuple[str, ...]


def init_app(app: Flask) -> None:
    """Make room for the parts; the rules themselves come later."""
    app.extensions["addresses"] = {}


def address(endpoint: str, **values: object) -> str:
    """What flask.url_for() gives for the same, within this site."""
    # Not through the proxies: a page asks some sixty times, each of which would go through six.
    app, asked = _cv_app.get().app, _cv_request.get(None)
    known = cast("dict[str, Parts | None]", app.extensions["addresses"])
    if endpoint[0] == "." and asked:
        endpoint = f"{asked.request.blueprint or ''}{endpoint}"
    parts = known.get(endpoint, UNKNOWN)
    if parts is UNKNOWN:
        parts = known[endpoint] = _parts_of(endpoint)
    if parts is not None and asked and not asked.request.environ.get("SCRIPT_NAME"):
        joined = _joined(cast("Parts", parts), values)
        if joined is not None:
            return joined
    return url_for(endpoint, **cast("dict[str, Any]", values))


def query_of(values: Mapping[str, str | None]) -> str:
    """The query part of an address, as urlencode() writes it; what is None or empty is left out."""
    return "&".join(
        f"{name}={value if PLAIN(value) else quote_plus(value)}"
        for name, value in values.items()
        if value
    )


def _joined(parts: Parts, values: dict[str, object]) -> str | None:
    """Literals and values in turn, then what is left as a query; None if one is not plain."""
    written, query = [parts[0]], dict(values)
    for name, literal in zip(parts[1::2], parts[2::2], strict=True):
        text = _plain(query.pop(name, None))
        if text is None:
            return None
        written += [text, literal]
    mark = "?"
    for name, value in query.items():
        if value is not None:
            text = _plain(value)
            if text is None or name[0] == "_":
                return None
            written += [mark, name, "=", text]
            mark = "&"
    return "".join(written)


def _plain(value: object) -> str | None:
    """The value as text, if nothing in it has to be quoted."""
    if type(value) is int:
        return str(value) if value >= 0 else None
    return value if type(value) is str and PLAIN(value) else None


def _parts_of(endpoint: str) -> Parts | None:
    """The address of an endpoint, cut at its holes; None if it is not one plain address."""
    try:
        rules = list(current_app.url_map.iter_rules(endpoint))
    except KeyError:
        return None
    if len(rules) != 1 or not _is_plain(rules[0]):
        return None
    return tuple(HOLE.split(rules[0].rule))


def _is_plain(rule: Rule) -> bool:
    kinds = {type(converter) for converter in rule._converters.values()}  # noqa: SLF001 - nothing else tells them.
    told = rule.defaults or rule.subdomain or rule.host or rule.build_only or rule.redirect_to
    return not told and kinds <= {UnicodeConverter, IntegerConverter}
