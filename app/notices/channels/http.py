"""One HTTP call to a provider, and what its failures say about the message (TRUST.md, 3.6)."""

import ssl
from collections.abc import Mapping
from functools import cache
from typing import cast

import httpx

from app.notices.channels.outcomes import CONNECT_SECONDS, READ_SECONDS, NotTaken, OutcomeUnknown

TIMEOUT = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
# A proxy gave up waiting; what stands behind it may have taken the message.
BEHIND_A_PROXY = frozenset({502, 504})
TOO_MANY = 429
SERVER_FAULT = 500
# No provider's answer is longer; a page in its place is not one.
LONGEST_ANSWER = 100_000


def post(url: str, **call: object) -> Mapping[str, object]:
    """POST as httpx.post would (json, data, headers, auth), and return the JSON object answered.

    Follows no redirection and no proxy of the environment. Raises NotTaken if the provider was
    not reached or refused before taking it, OutcomeUnknown if no readable answer came.
    """
    try:
        with httpx.Client(timeout=TIMEOUT, trust_env=False, verify=_trusted()) as client:
            answer = client.post(url, **call)  # type: ignore[arg-type]  # passed through as it is.
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
        raise NotTaken("server-not-reached") from error
    except httpx.HTTPError as error:
        raise OutcomeUnknown("no-answer") from error
    return _read(answer)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we trust, read once: reading it for each call takes longer than the call."""
    return ssl.create_default_context()


def _read(answer: httpx.Response) -> Mapping[str, object]:
    if answer.status_code == TOO_MANY:
        raise NotTaken("too-many-at-once")
    if answer.status_code >= SERVER_FAULT:
        if answer.status_code in BEHIND_A_PROXY or not answer.content:
            raise OutcomeUnknown("no-answer")
        raise NotTaken("server-trouble")
    try:
        found = answer.json() if len(answer.content) <= LONGEST_ANSWER else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise OutcomeUnknown("odd-answer")
    return cast("Mapping[str, object]", found)
