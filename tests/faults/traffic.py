"""What people do meanwhile: pledges sent, accepted, matched; a list imported; letters read.

Everybody does what a browser does: sends a form with its key, and sends it again, the same key,
until somebody answers. What was answered is written down, and must be true in the end.
"""

import contextlib
import hmac
import random
import threading
import time
from collections import defaultdict

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

    def __init__(self, address, token):
        self._address, self._headers = address, {"Cookie": f"nc-session={token}"}
        self._csrf = hmac.digest(SECRET.encode(), f"csrf:{token}".encode(), "sha256").hex()

    def read(self, path):
        """Open a page, as one must before deciding; whoever is away is tried no further."""
        with contextlib.suppress(httpx.TransportError):
            httpx.get(self._address + path, headers=self._headers, timeout=20)

    def send(self, path, data, *, key):
        """Send a form until it is answered; where the answer leads. Raises Unanswered."""
        form = {"csrf_token": self._csrf, "request_key": key} | data
        until, last = time.monotonic() + PATIENCE_SECONDS, ""
        while time.monotonic() < until:
            try:
                answer = httpx.post(
                    self._address + path, data=form, headers=self._headers, timeout=20
                )
            except httpx.TransportError as error:
                last = type(error).__name__
            else:
                if answer.status_code == httpx.codes.SEE_OTHER:
                    return answer.headers["Location"]
                if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return f"{answer.status_code} {answer.text[:2000]}"
                last = f"{answer.status_code} {answer.text[:200]}"
            time.sleep(AGAIN_SECONDS)
        raise Unanswered(f"{path}: {last}")


class Traffic:
    """All of them at once. `answers`: form's key -> every place that it was answered with."""

    def __init__(self, address, admin_url, people, seed):
        self._admin_url = admin_url.replace("+psycopg", "")
        self._address, self._people, self._seed = address, people, seed
        self.answers = defaultdict(set)
        self.broken = []
        self._over = threading.Event()

    def run(self, drafts, clients, strike, settle):
        """Send all drafts from so many clients while `strike` breaks things.

        Staff go on until `settle`, which waits for all that follows, has returned.
        """
        todo = list(drafts)
        givers = [self._thread(self._give, todo, n) for n in range(clients)]
        staff = [self._thread(self._accept_pledges), self._thread(self._accept_proposals)]
        for thread in (*givers, *staff):
            thread.start()
        strike()
        for thread in givers:
            thread.join()
        self._wait_until_accepted(len(drafts))
        settle()
        self._over.set()
        for thread in staff:
            thread.join()

    def _thread(self, work, *arguments):
        def guarded():
            try:
                work(*arguments)
            except Exception as error:  # noqa: BLE001 - told at the end, by the test.
                self.broken.append(f"{work.__name__}: {type(error).__name__}: {error}")

        return threading.Thread(target=guarded, daemon=True)

    def _give(self, todo, number):
        chance = random.Random(f"{self._seed}:{number}")
        person = Person(self._address, self._people["donor"])
        while todo:
            try:
                draft_id = todo.pop()
            except IndexError:
                return
            path = f"/pledges/new/{draft_id}/send"
            twin = None
            if chance.random() < TWICE:
                twin = self._thread(self._note, path, draft_id)
                twin.start()
            self.answers[draft_id].add(person.send(path, {}, key=draft_id))
            if twin is not None:
                twin.join()

    def _note(self, path, key):
        """The second click: another connection, the very same form."""
        twin = Person(self._address, self._people["donor"])
        self.answers[key].add(twin.send(path, {}, key=key))

    def _accept_pledges(self):
        officer = Person(self._address, self._people["officer"])
        question = (
            "select p.id, p.version, array_agg(l.id) from pledge p join pledge_line l"
            " on l.pledge_id = p.id where l.state = 'offered' group by 1, 2 limit 20"
        )
        while not self._over.is_set():
            for pledge_id, version, lines in self._ask(question):
                form = {"lines": lines, "version": str(version)}
                key = f"accept-{pledge_id}-{version}"
                answer = officer.send(f"/pledges/{pledge_id}/accept", form, key=key)
                self.answers[key].add(answer)
            time.sleep(AGAIN_SECONDS)

    def _accept_proposals(self):
        approver, turn = Person(self._address, self._people["approver"]), 0
        question = "select id from proposal where state = 'proposed' order by id limit 10"
        while not self._over.is_set():
            if ids := [str(row[0]) for row in self._ask(question)]:
                turn += 1
                for proposal_id in ids:
                    approver.read(f"/proposals/{proposal_id}")
                form = {"proposal": ids, "decision": "accept"}
                key = f"decide-{turn}"
                self.answers[key].add(approver.send("/proposals/decide", form, key=key))
            time.sleep(AGAIN_SECONDS)

    def _wait_until_accepted(self, count):
        question = "select count(*) from pledge_line where state <> 'offered'"
        until, before = time.monotonic() + PATIENCE_SECONDS, None
        while (found := self._ask(question)) != [(count,)]:
            if found != before:
                until, before = time.monotonic() + PATIENCE_SECONDS, found
            if time.monotonic() > until:
                self.broken.append(f"{found} of {count} pledges were accepted in time")
                return
            time.sleep(AGAIN_SECONDS)

    def _ask(self, question):
        """Look into the tables, past whatever has just been killed."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with psycopg.connect(self._admin_url, autocommit=True) as admin:
                    return admin.execute(question).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(AGAIN_SECONDS)
