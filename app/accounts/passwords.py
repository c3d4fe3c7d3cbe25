"""Password hashing: argon2id, one at a time on the machine, so that a storm starves no page.

19 MiB and two passes take about 30 ms; four people signing in at once left other pages' p95 at
1.4 times calm with this queue, 1.75 times without (TRUST.md, 4.6 and 6).
"""

import fcntl
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.kernel.errors import DomainError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified against when nobody has the name, so that both answers take as long.
_DUMMY = _HASHER.hash("a name that nobody has")
_QUEUE = threading.BoundedSemaphore(2)
_LOCK_FILE = Path(tempfile.gettempdir()) / "nhipcau-password.lock"


class TooManySigningIn(DomainError):
    """The queue for hashing is full; the person is asked to try again in a moment."""

    status = 503


def hash_password(password: str) -> str:
    """The argon2id hash of a password that password_refusal() has let through."""
    with _turn():
        return _HASHER.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Whether `password` opens `stored`; takes as long when there is nothing stored."""
    with _turn():
        try:
            return _HASHER.verify(stored or _DUMMY, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other costs than today's, so that its owner's next is newer."""
    return _HASHER.check_needs_rehash(stored)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for this machine's turn at the memory-hard hash. Raises TooManySigningIn."""
    if not _QUEUE.acquire(blocking=False):
        raise TooManySigningIn("too-many-signing-in")
    try:
        with _open_lock() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    finally:
        _QUEUE.release()


@contextmanager
def _open_lock() -> Iterator[int]:
    """The lock file, which any user of the machine may hold and none needs to read."""
    fd = os.open(_LOCK_FILE, os.O_CREAT | os.O_RDONLY, 0o644)
    try:
        yield fd
    finally:
        os.close(fd)
