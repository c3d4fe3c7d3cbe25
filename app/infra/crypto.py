"""Fields that are encrypted at rest, and keyed indexes by which they are found."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"v1"
NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """The key is unknown, or the value was changed or moved to another row."""


@dataclass(frozen=True, slots=True)
class FieldCipher:
    """AES-256-GCM for single fields: `v1|key id|nonce|data`, bound to the place they stand in.

    keys: id -> 32 bytes; the last encrypts, all decrypt. index_key: for HMAC-SHA256 indexes,
    since a plain hash of a citizen number is found by trying all of them (TRUST.md, 0.9).
    """

    keys: Mapping[str, bytes]
    index_key: bytes

    def encrypt(self, plain: str, place: str) -> bytes:
        """Encrypt `plain` for `place`, which names table, column and row id."""
        key_id = list(self.keys)[-1]
        nonce = secrets.token_bytes(NONCE_BYTES)
        data = AESGCM(self.keys[key_id]).encrypt(nonce, plain.encode(), place.encode())
        return b"|".join((VERSION, key_id.encode())) + b"|" + nonce + data

    def decrypt(self, stored: bytes, place: str) -> str:
        """The text that was encrypted for `place`. Raises CannotDecrypt."""
        version, key_id, rest = stored.split(b"|", 2)
        key = self.keys.get(key_id.decode())
        if version != VERSION or key is None:
            raise CannotDecrypt(place)
        try:
            plain = AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.encode())
        except InvalidTag as error:
            raise CannotDecrypt(place) from error
        return plain.decode()

    def index(self, value: str, purpose: str) -> bytes:
        """A keyed 32-byte digest of a normalised value, for equality search only."""
        return hmac.digest(self.index_key, f"{purpose}:{value}".encode(), hashlib.sha256)


_cipher: list[FieldCipher] = []


def use_cipher(cipher: FieldCipher) -> None:
    """Set this process's cipher; the factory and the worker do so at start."""
    _cipher[:] = [cipher]


def cipher() -> FieldCipher:
    """This process's cipher. Raises RuntimeError before use_cipher()."""
    if not _cipher:
        message = "no field keys are set for this process yet"
        raise RuntimeError(message)
    return _cipher[0]
