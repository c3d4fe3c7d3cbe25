"""A provider of messages to phones that a test may take away, or break a worker's batch with."""

import threading
from collections import Counter
from contextlib import contextmanager

from tests.harness.providers import DOWN, provider_server

AMID = 3


class Amid:
    """Calls something once, when so many more messages have come that a batch is in its middle."""

    def __init__(self):
        self._lock, self._left, self._break_off = threading.Lock(), 0, None

    def arm(self, break_off):
        """Call this at the third message from now."""
        with self._lock:
            self._left, self._break_off = AMID, break_off

    def breaks_off(self):
        """Count a message that was taken; True if whoever sent it will never learn of it."""
        with self._lock:
            self._left -= 1
            is_due = self._left == 0
        if is_due:
            self._break_off()
        return is_due


class Phones:
    """What people's phones got. is_away: nothing is taken."""

    def __init__(self, provider):
        self._provider, self._answer = provider, provider.answer
        self.is_away, self.amid = False, Amid()
        provider.answer = self._take

    @property
    def url(self):
        """As SMS_URL says it."""
        return f"esms://key:secret@127.0.0.1:{self._provider.port}?brandname=NHIPCAU"

    @property
    def messages(self):
        """How many there were, each told apart by our id."""
        return len(self._provider.taken)

    def twice(self):
        """The phones that were told the same thing by two messages."""
        said = Counter((m["Phone"], m["Content"]) for m in self._provider.taken.values())
        return [phone for (phone, _), count in said.items() if count > 1]

    def _take(self, path, headers, body):
        if self.is_away:
            return 503, {"message": DOWN}
        answer = self._answer(path, headers, body)
        return None if self.amid.breaks_off() else answer


@contextmanager
def phones():
    """A provider that runs until the block ends."""
    with provider_server() as provider:
        yield Phones(provider)
