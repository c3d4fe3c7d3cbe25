"""Pages that are the same for every visitor, kept for a few seconds each (TRUST.md, 6).

Only for requests that carry no sign-in and no words to show once. Whoever is signed in, and may
just have changed something, always gets a page made anew.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar, cast

from flask import current_app, request, session
from flask.typing import ResponseReturnValue

from app.accounts.access import csrf_token, current_actor
from app.accounts.rules import NOBODY
from app.infra.i18n import current_language

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
SECONDS = 5.0
MOST_KEPT = 256
# Stands where each visitor's own token belongs; no template can write it.
PLACE = "\0csrf\0"


def kept_for_visitors(view: View) -> View:
    """Answer visitors from a copy at most five seconds old; the page must hold no form to send."""
    pages: OrderedDict[tuple[str, str], tuple[float, str]] = OrderedDict()
    lock = Lock()

    def answer(*args: Any, **kwargs: Any) -> ResponseReturnValue:  # noqa: ANN401
        personal = current_actor() is not NOBODY or session
        if personal or "HX-Request" in request.headers or not current_app.config["KEEP_PAGES"]:
            return view(*args, **kwargs)
        key, token = (request.full_path, current_language()), csrf_token()
        kept = pages.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1].replace(PLACE, token)
        page = view(*args, **kwargs)
        if isinstance(page, str) and 'name="request_key"' not in page:
            with lock:
                pages[key] = time.monotonic() + SECONDS, page.replace(token, PLACE)
                pages.move_to_end(key)
                while len(pages) > MOST_KEPT:
                    pages.popitem(last=False)
        return page

    answer.__name__, answer.__doc__ = view.__name__, view.__doc__
    return cast("View", answer)
