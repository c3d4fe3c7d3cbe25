"""What an adapter promises, and what its errors say about the message."""

from enum import StrEnum
from typing import Protocol

from app.notices.rules import Letter

CONNECT_SECONDS = 3
READ_SECONDS = 10


class Then(StrEnum):
    """What follows when a provider did not take a message.

    NEXT_MORNING: at 06:05 at the earliest. NEXT_DAY: its daily number is used up. OPTED_OUT: the
    person refused. PAUSE_CHANNEL: nothing goes by it until somebody has mended it.
    """

    TRY_AGAIN = "try-again"
    NEXT_MORNING = "next-morning"
    NEXT_DAY = "next-day"
    NEXT_CHANNEL = "next-channel"
    OPTED_OUT = "opted-out"
    PAUSE_CHANNEL = "pause-channel"


class NotTaken(Exception):
    """The provider does not have the message. `then` says what to do with it."""

    def __init__(self, code: str, then: Then = Then.TRY_AGAIN) -> None:
        super().__init__(code)
        self.code = code
        self.then = then


class OutcomeUnknown(Exception):
    """The message was handed over, but no answer came: nobody knows whether it went out."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Adapter(Protocol):
    """One way out."""

    @property
    def dedupes(self) -> bool:
        """Whether the same key sent twice still arrives once."""
        ...

    def deliver(self, letter: Letter) -> str:
        """Hand the letter over; returns the provider's id. Raises NotTaken, OutcomeUnknown."""
        ...
