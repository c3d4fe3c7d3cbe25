"""Ways out that leave nothing: the inbox, the terminal, a file."""

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from app.notices.rules import Letter

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inbox:
    """The notice row is the message: the person's own inbox, or a task of the ward's staff."""

    name: str = "in-app"
    dedupes: bool = True

    def deliver(self, letter: Letter) -> str:  # noqa: ARG002 - the row has it already.
        """Nothing leaves."""
        return self.name


@dataclass(frozen=True, slots=True)
class Console:
    """One line a message in the log: id, kind and length, no words and no number."""

    dedupes: bool = True

    def deliver(self, letter: Letter) -> str:
        """Say that it would have gone."""
        log.info("%s %s %s %d", letter.channel, letter.key, letter.template, len(letter.text))
        return "console"


@dataclass(frozen=True, slots=True)
class File:
    """One line of JSON a message at the end of a file that only we may read."""

    path: Path
    dedupes: bool = False

    def deliver(self, letter: Letter) -> str:
        """Append the message in one write, so that lines of two workers never mix."""
        facts = {"key": letter.key, "to": letter.address, "text": letter.text}
        line = json.dumps(facts, ensure_ascii=False) + "\n"
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)
        return "file"
