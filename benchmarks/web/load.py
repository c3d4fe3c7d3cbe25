"""Fifty users without think time, on kept-alive connections, from one Python process."""

import http.client
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

USERS = 50
HTTP_OK, HTTP_SEE_OTHER = 200, 303


@dataclass(slots=True)
class Load:
    """What a phase gave: seconds of each answered request, and answers that were not 200."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0


def press(port: int, paths: Sequence[str], headers: Mapping[str, str], seconds: float) -> Load:
    """Let 50 users ask for `paths` in turn for so many seconds."""
    total, lock, end = Load(), threading.Lock(), time.monotonic() + seconds

    def user(number: int) -> None:
        own = _one_user(port, paths, headers, end, number)
        with lock:
            total.seconds += own.seconds
            total.errors += own.errors

    users = [threading.Thread(target=user, args=(n,)) for n in range(USERS)]
    for thread in users:
        thread.start()
    for thread in users:
        thread.join()
    return total


@dataclass(frozen=True, slots=True)
class Form:
    """A form to be sent once: where to, and its fields as a browser encodes them."""

    path: str
    body: str


def send_all(port: int, forms: Sequence[Form], headers: Mapping[str, str]) -> Load:
    """Let 50 users send the forms, each of them once; what is not answered by a 303 is an error."""
    total, lock, waiting = Load(), threading.Lock(), list(forms)
    typed = {**headers, "Content-Type": "application/x-www-form-urlencoded"}

    def user() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                if not waiting:
                    break
                form = waiting.pop()
            started = time.perf_counter()
            connection.request("POST", form.path, body=form.body, headers=typed)
            answer = connection.getresponse()
            answer.read()
            with lock:
                total.seconds.append(time.perf_counter() - started)
                total.errors += answer.status != HTTP_SEE_OTHER
        connection.close()

    users = [threading.Thread(target=user) for _ in range(USERS)]
    for thread in users:
        thread.start()
    for thread in users:
        thread.join()
    return total


def _one_user(
    port: int, paths: Sequence[str], headers: Mapping[str, str], end: float, number: int
) -> Load:
    own, connection = Load(), http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    turn = number
    while time.monotonic() < end:
        started = time.perf_counter()
        try:
            connection.request("GET", paths[turn % len(paths)], headers=dict(headers))
            answer = connection.getresponse()
            answer.read()
            own.errors += answer.status != HTTP_OK
        except (OSError, http.client.HTTPException):
            own.errors += 1
            connection.close()
        own.seconds.append(time.perf_counter() - started)
        turn += 1
    connection.close()
    return own
