"""A mail server of our own that keeps what it takes."""

import asyncio
import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


class Letterbox:
    """Letters in the order of their coming. refuse: what is answered instead of taking one.

    seconds: how long it thinks about each letter before it answers.
    """

    def __init__(self, port: int, seconds: float = 0) -> None:
        self.port, self.seconds = port, seconds
        self.letters: list[Message] = []
        self.refuse: str | None = None

    @property
    def url(self) -> str:
        """The address that SMTP_URL takes."""
        return f"smtp://127.0.0.1:{self.port}?from=nhipcau@example.com"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name.
        """Take a letter, or refuse it."""
        await asyncio.sleep(self.seconds)
        if self.refuse:
            return self.refuse
        self.letters.append(email.message_from_bytes(envelope.content))
        return "250 taken"


@contextmanager
def letterbox(seconds: float = 0) -> Iterator[Letterbox]:
    """A mail server on a free port, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Letterbox(port, seconds)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
