"""The ground that everybody in the site stands on: browsers that insist, and what was answered.

A person does what a browser does: sends a form with its key, and sends it again, the same key,
until somebody answers. What was answered is written down, and must be true in the end.
"""

import contextlib
import hmac
import random
import threading
import time
from collections import Counter, defaultdict

import httpx
import psycopg

from tests.harness.database import SECRET

TWICE = 0.1
PATIENCE_SECONDS = 90
AGAIN_SECONDS = 0.2


class Unanswered(AssertionError):
    """A form was sent again and again, and nobody ever answered."""


class Person:
    """Somebody who is signed in, at a browser of their own."""

    def __init__(self, address, token, patience_seconds):
        self._address, self._headers = address, {"Cookie": f"nc-session={token}"}
        self._patience_seconds = patience_seconds
        self._csrf = hmac.digest(SECRET.encode(), f"csrf:{token}".encode(), "sha256").hex()

    def read(self, path):
        """Open a page, as one must before deciding; whoever is away is tried no further."""
        with contextlib.suppress(httpx.TransportError):
            httpx.get(self._address + path, headers=self._headers, timeout=20)

    def send(self, path, data, *, key, files=None):
        """Send a form until it is answered; where the answer leads. Raises Unanswered."""
        form = {"csrf_token": self._csrf, "request_key": key} | data
        until, last = time.monotonic() + self._patience_seconds, ""
        while time.monotonic() < until:
            try:
                answer = httpx.post(
                    self._address + path, data=form, files=files, headers=self._headers, timeout=20
                )
            except httpx.TransportError as error:
                last = type(error).__name__
            else:
                if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return _said(answer)
                last = f"{answer.status_code} {answer.text[:200]}"
            time.sleep(AGAIN_SECONDS)
        raise Unanswered(f"{path}: {last}")


def _said(answer):
    """The place that it leads to, or else its status and words: no place starts like that."""
    place = answer.headers.get("Location", "")
    if answer.status_code != httpx.codes.SEE_OTHER or place.startswith("/sign-in"):
        return f"{answer.status_code} {place} {answer.text[:2000]}"
    return place


class Ground:
    """What all crowds share. `answers`: form's key -> every place that it was answered with.

    broken: what nobody should have met, in words. over: set when everybody may go home.
    hurries: the first thing that is wrong is enough.
    """

    def __init__(self, address, admin_url, people, seed, patience_seconds=PATIENCE_SECONDS):
        self._patience_seconds, self.seed = patience_seconds, seed
        self._admin_url = admin_url.replace("+psycopg", "")
        self._address, self._people = address, people
        self.answers, self.broken = defaultdict(set), []
        self.over, self.hurries = threading.Event(), False

    def thread(self, work, *arguments):
        """Work of a crowd's in a thread of its own, which ends with the test at the latest."""

        def guarded():
            try:
                work(*arguments)
            except Exception as error:  # noqa: BLE001 - told at the end, by the test.
                self.broken.append(f"{work.__qualname__}: {type(error).__name__}: {error}")

        return threading.Thread(target=guarded, daemon=True)

    def read(self, who, path):
        """Let somebody open a page."""
        self._person(who).read(path)

    def ask_for(self, who, path, data, *, key, files=None):
        """Send a form that may be refused; the place, or the refusal, which is not noted."""
        answer = self._person(who).send(path, data, key=key, files=files)
        if answer.startswith("/"):
            self.answers[key].add(answer)
        return answer

    def send(self, who, path, data, *, key, files=None):
        """Send a form that must succeed, sometimes with a second click; the place it leads to."""
        twin = None
        if random.Random(f"{self.seed}:{key}").random() < TWICE:
            twin = self.thread(self._click, who, path, data, key, files)
            twin.start()
        answer = self._click(who, path, data, key, files)
        if twin is not None:
            twin.join()
        return answer

    def _click(self, who, path, data, key, files):
        answer = self._person(who).send(path, data, key=key, files=files)
        self.answers[key].add(answer)
        return answer

    def _person(self, who):
        """Whoever sends a form waits for a slow machine, though all else stands still."""
        patience = max(self._patience_seconds, PATIENCE_SECONDS)
        return Person(self._address, self._people[who], patience)

    def wrong_answers(self):
        """Every form has one answer, however often and by whichever process it was answered."""
        several = [f"{key} led to {sorted(p)}" for key, p in self.answers.items() if len(p) > 1]
        odd = [(key, said) for key, places in self.answers.items() for said in places]
        return several + [f"{key}: {said}" for key, said in odd if not said.startswith("/")]

    def is_lost(self):
        """Whether it is in a hurry and something is wrong already: nothing more need be seen."""
        return self.hurries and bool(self.broken or self.wrong_answers())

    def ask(self, question, *values):
        """Look into the tables, past whatever has just been killed; a list of rows."""
        until = time.monotonic() + self._patience_seconds
        while True:
            try:
                with psycopg.connect(self._admin_url, autocommit=True) as admin:
                    return admin.execute(question, values or None).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(AGAIN_SECONDS)

    def turns(self):
        """One turn after the other until everybody goes home."""
        turn = 0
        while not self.over.is_set():
            turn += 1
            yield turn
            time.sleep(AGAIN_SECONDS)

    def wait(self, what, look):
        """Wait until `look()` says yes; what it says else may not stand still too long."""
        until, before = time.monotonic() + self._patience_seconds, None
        while (found := look()) is not True and not self.is_lost():
            if found != before:
                until, before = time.monotonic() + self._patience_seconds, found
            if time.monotonic() > until:
                raise Unanswered(f"{what}: {found}")
            time.sleep(AGAIN_SECONDS)


def differences(what, acknowledged, found):
    """What was acknowledged and is not there, or is there too often, in words."""
    wanted, there = Counter(acknowledged), Counter(found)
    return [
        f"{what} {word}: {sorted(some.elements())}"
        for word, some in (("lost", wanted - there), ("not asked for", there - wanted))
        if some
    ]
