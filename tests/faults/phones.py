"""A provider of messages to phones that a test may take away, or break a worker's batch with."""

import threading
from collections import Counter
from contextlib import contextmanager

from tests.harness.providers import DOWN, provider_server

AMID = 3


class Phones:
    """What people's phones got. `break_off` is called once, amid the batch that is armed for.

    The message at that point is taken, and whoever sent it never learns of it.
    """

    def __init__(self, provider):
        self._provider, self._answer = provider, provider.answer
        self._lock, self._left, self._break_off = threading.Lock(), 0, None
        self.is_away = False
        provider.answer = self._take

    def arm(self, break_off):
        """Call this when so many more messages have come that a batch is in its middle."""
        with self._lock:
            self._left, self._break_off = AMID, break_off

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
        if break_off := self._due():
            break_off()
            return None
        return answer

    def _due(self):
        """What breaks the batch, if this message is the one that was armed for."""
        with self._lock:
            self._left -= 1
            return self._break_off if self._left == 0 else None


@contextmanager
def phones():
    """A provider that runs until the block ends."""
    with provider_server() as provider:
        yield Phones(provider)
