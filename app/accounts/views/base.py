"""What the pages of accounts share: the blueprint, the way back, and naming a browser."""

from urllib.parse import urlsplit

from flask import Blueprint, g, request

bp = Blueprint("accounts", __name__)
LONGEST_DEVICE = 120


def safe_next() -> str | None:
    """The page asked for before signing in, if it is one of ours."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if ours and not parts.netloc and "\\" not in wanted else None


def device() -> str:
    """The browser in a few words, so that a person recognises their own sign-ins."""
    g.device = request.headers.get("User-Agent", "")[:LONGEST_DEVICE]
    return str(g.device) or "?"
