"""What a doctor says: a verdict, what was looked at, and plain words."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """FINE; DOUBTFUL works but ought to be looked at; WRONG must be mended."""

    FINE = "fine"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


class Part(StrEnum):
    """What is looked at."""

    PYTHON = "python"
    SETTINGS = "settings"
    FRONT_END = "front-end"
    DISK = "disk"
    DATABASE = "database"
    QUEUE = "queue"
    SCHEDULER = "scheduler"
    MESSAGES = "messages"
    LEDGER = "ledger"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `words` say what is wrong and what to do; no secret is in them."""

    verdict: Verdict
    part: Part
    words: str


def fine(part: Part, words: str) -> Finding:
    """All is well with it."""
    return Finding(Verdict.FINE, part, words)


def doubtful(part: Part, words: str) -> Finding:
    """It works, and somebody ought to look at it."""
    return Finding(Verdict.DOUBTFUL, part, words)


def wrong(part: Part, words: str) -> Finding:
    """It must be mended."""
    return Finding(Verdict.WRONG, part, words)
