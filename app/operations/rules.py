"""What a browser says it refused to load, read without trusting a word of it. Pure."""

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

DIRECTIVE = re.compile(r"[a-z-]{1,40}")
HOST = re.compile(r"[a-z0-9.:-]{1,120}")


@dataclass(frozen=True, slots=True)
class Report:
    """directive: what refused. blocked: a host or a word such as inline. path: of the page."""

    directive: str
    blocked: str
    path: str


def read_report(body: bytes) -> Report:
    """The parts of a report (CSP 2 `csp-report`) that name nobody; "?" for what cannot be read."""
    try:
        said = json.loads(body)["csp-report"]
    except (ValueError, KeyError, TypeError):
        return Report("?", "?", "")
    if not isinstance(said, dict):
        return Report("?", "?", "")
    directive = str(said.get("effective-directive") or said.get("violated-directive"))
    return Report(
        directive=_only(DIRECTIVE, directive.partition(" ")[0]),
        blocked=_only(HOST, _host(str(said.get("blocked-uri", "")))),
        path=_parts(str(said.get("document-uri", "")))[1],
    )


def _host(blocked: str) -> str:
    return _parts(blocked)[0] or blocked


def _parts(address: str) -> tuple[str, str]:
    """Host and path of an address; both empty if it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.netloc, parts.path


def _only(allowed: re.Pattern[str], word: str) -> str:
    return word if allowed.fullmatch(word) else "?"
