"""Identifiers: unguessable row ids, and short codes that people can read aloud."""

import base64
import secrets

# Without 0/O and 1/I, so that a code survives a telephone call.
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 6
ID_LENGTH = 16


def new_id() -> str:
    """A row id: 16 lower-case letters and digits, 80 random bits."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def new_code(prefix: str) -> str:
    """A code such as `NC-7K3F9Q`. Not secret; a unique constraint guards against a repeat."""
    return f"{prefix}-" + "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
