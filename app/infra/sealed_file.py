"""The file of a backup: age around a name, a manifest and a stream of bytes.

All is streamed, so that nothing readable ever lies on a disk. age proves each piece of 64 KiB
before it hands it out, and the last one, so that a file cut short is refused (age-encryption.org).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Protocol

import pyrage

FORMAT = b"nhipcau-backup 1\n"
MOST_HEADER_BYTES = 1_000_000


class BackupRefused(Exception):
    """A backup cannot be made or brought back. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    revision: of the schema. head: the audit's last seal, in hex. key_mark: tells whether a
    deployment has the keys that the fields inside need. counts: rows a table.
    """

    made_at: str
    revision: str
    head: str
    key_mark: str
    counts: Mapping[str, int]


class Source(Protocol):
    """Where bytes come from: at most `size` of them, none at the end."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        ...


def read_identity(path: Path) -> pyrage.x25519.Identity:
    """The secret key in a key file as age-keygen writes it. Raises BackupRefused."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        secret = next(line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-"))
        return pyrage.x25519.Identity.from_str(secret)
    except (OSError, StopIteration, UnicodeDecodeError, pyrage.IdentityError) as error:
        message = f"{path} holds no age key: a line of it must begin with AGE-SECRET-KEY-1"
        raise BackupRefused(message) from error


def read_recipient(words: str) -> pyrage.x25519.Recipient:
    """A public age key as people paste it. Raises BackupRefused."""
    try:
        return pyrage.x25519.Recipient.from_str(words.strip())
    except pyrage.RecipientError as error:
        message = f"{words.strip()!r} is no public age key: one begins with age1"
        raise BackupRefused(message) from error


def make_identity(path: Path) -> pyrage.x25519.Recipient:
    """Write a new secret key, readable by its owner alone; returns the public one.

    Raises FileExistsError: a key is never replaced, since old backups need it.
    """
    identity = pyrage.x25519.Identity.generate()
    recipient = identity.to_public()
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(f"# public key: {recipient}\n{identity}\n", encoding="utf-8")
    return recipient


def write_sealed(
    manifest: Manifest,
    body: Source,
    file: IO[bytes],
    recipients: Sequence[pyrage.x25519.Recipient],
) -> None:
    """Write name, manifest and body to `file`; any one of the recipients' keys opens it."""
    header = FORMAT + json.dumps(asdict(manifest), sort_keys=True).encode() + b"\n"
    pyrage.encrypt_io(_Headed(header, body), file, recipients)


def read_manifest(path: Path, identity: pyrage.x25519.Identity) -> Manifest:
    """The manifest alone; reads no more than the file's beginning. Raises BackupRefused."""
    found: list[Manifest] = []
    try:
        read_sealed(path, identity, _Stop(), found.append)
    except _Enough:
        return found[0]
    return found[0]


def read_sealed(
    path: Path,
    identity: pyrage.x25519.Identity,
    body: "Sink",
    tell: Callable[[Manifest], object] = lambda _: None,
) -> Manifest:
    """Open a backup: its manifest to `tell` and back, all that follows into `body`.

    Raises BackupRefused, perhaps after a part of the body was written: a caller must be able
    to take that back.
    """
    taker = _Taker(body, tell)
    try:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, taker, [identity])
    except pyrage.DecryptError as error:
        message = f"{path} does not open with this key, or is no backup: {error}"
        raise BackupRefused(message) from error
    except OSError as error:
        message = f"{path} is damaged or was cut off: {error}"
        raise BackupRefused(message) from error
    if taker.manifest is None:
        message = f"{path} is an age file, but not a backup of Nhịp Cầu"
        raise BackupRefused(message)
    return taker.manifest


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take these bytes; returns how many."""
        ...


class _Headed:
    """A source with some bytes before it."""

    def __init__(self, header: bytes, body: Source) -> None:
        self._header, self._body = header, body

    def read(self, size: int = -1) -> bytes:
        if self._header:
            part, self._header = self._header[:size], self._header[size:]
            return part
        return self._body.read(size)


class _Enough(Exception):
    """The manifest was all that was wanted."""


class _Stop:
    """A sink that wants nothing."""

    def write(self, data: bytes) -> int:
        """Refuse whatever follows the manifest."""
        raise _Enough(len(data))


class _Taker:
    """Takes the name and the manifest off the front; passes on the rest."""

    manifest: Manifest | None = None

    def __init__(self, body: Sink, tell: Callable[[Manifest], object]) -> None:
        self._body, self._tell = body, tell
        self._front = b""

    def write(self, data: bytes) -> int:
        if self.manifest is not None:
            self._body.write(data)
            return len(data)
        self._front += data
        if len(self._front) >= len(FORMAT) and not self._front.startswith(FORMAT):
            message = "the file is an age file, but not a backup of Nhịp Cầu"
            raise BackupRefused(message)
        header, end, rest = self._front.removeprefix(FORMAT).partition(b"\n")
        if end:
            self.manifest = Manifest(**json.loads(header))
            self._tell(self.manifest)
            if rest:
                self._body.write(rest)
        elif len(self._front) > MOST_HEADER_BYTES:
            message = "the file's manifest has no end"
            raise BackupRefused(message)
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""
