"""The settings of one process; the only reader of the environment."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MIN_SECRET_BYTES = 32


class SettingsError(Exception):
    """A setting is missing or odd. The message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process is told from outside.

    field_keys: key id -> 32 bytes; the last one encrypts, all of them decrypt.
    trusted_proxies: how many hops of X-Forwarded-For are ours, counted from the right.
    hotline: the phone number that stands at the foot of every page, as people read it.
    metrics_bind: HOST:PORT at which the scheduler shows its figures, on an internal network.
    sms_url, zalo_url: the providers, as app.notices.channels.chosen reads them. sms_price: of
    one part, in đồng; 0 if not known.
    second_factor_required: whoever sees identities must have a second factor to do anything.
    alarm_url: what gets a POST when something goes wrong, and when it is well again.
    """

    environment: str
    database_url: str
    database_role: str | None
    redis_url: str
    secret_key: bytes
    field_keys: Mapping[str, bytes]
    index_key: bytes
    base_url: str
    smtp_url: str | None
    trusted_proxies: int
    data_dir: Path
    hotline: str | None
    metrics_bind: str | None = None
    alarm_url: str | None = None
    sms_url: str | None = None
    zalo_url: str | None = None
    sms_price: int = 0
    second_factor_required: bool = False

    @property
    def is_demo(self) -> bool:
        """Whether the invented ward, its sign-ins and its message inbox may be shown."""
        return self.environment == "demo"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment. Raises SettingsError for a missing or odd value."""
        read = _Reader(os.environ if env is None else env)
        environment = read.choice("NHIPCAU_ENV", ("production", "demo", "test"), "production")
        return cls(
            environment=environment,
            database_url=_with_driver(read.required("DATABASE_URL")),
            database_role=read.optional("DATABASE_ROLE"),
            redis_url=read.required("REDIS_URL"),
            secret_key=read.secret("SECRET_KEY"),
            field_keys=read.keyring("FIELD_KEYS"),
            index_key=read.secret("INDEX_KEY"),
            base_url=read.optional("BASE_URL") or "http://127.0.0.1:8000",
            smtp_url=read.optional("SMTP_URL"),
            trusted_proxies=read.whole("TRUSTED_PROXIES", 0),
            data_dir=Path(read.optional("DATA_DIR") or ".nhipcau"),
            hotline=read.optional("HOTLINE"),
            metrics_bind=read.optional("METRICS_BIND"),
            alarm_url=read.optional("ALARM_URL"),
            sms_url=read.optional("SMS_URL"),
            zalo_url=read.optional("ZALO_URL"),
            sms_price=read.whole("SMS_PRICE", 0),
            second_factor_required=read.choice(
                "SECOND_FACTOR", ("optional", "required"), "optional"
            )
            == "required",
        )


class _Reader:
    """Reads NAME, or the file that NAME_FILE names, and refuses what it cannot use."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def optional(self, name: str) -> str | None:
        if path := self._env.get(f"{name}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                message = f"{name}_FILE names {path}, which cannot be read: {error.strerror}"
                raise SettingsError(message) from error
        return self._env.get(name, "").strip() or None

    def required(self, name: str) -> str:
        if value := self.optional(name):
            return value
        message = f"{name} is not set; set it, or name a file in {name}_FILE"
        raise SettingsError(message)

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.optional(name) or default
        if value in allowed:
            return value
        message = f"{name} is {value!r}; it must be one of {', '.join(allowed)}"
        raise SettingsError(message)

    def whole(self, name: str, default: int) -> int:
        value = self.optional(name)
        if value is None:
            return default
        if value.isdecimal():
            return int(value)
        message = f"{name} is {value!r}; it must be a whole number"
        raise SettingsError(message)

    def secret(self, name: str) -> bytes:
        value = self.required(name).encode()
        if len(value) >= MIN_SECRET_BYTES:
            return value
        need = f"at least {MIN_SECRET_BYTES} random ones are needed"
        message = f"{name} has {len(value)} bytes; {need}"
        raise SettingsError(message)

    def keyring(self, name: str) -> dict[str, bytes]:
        """`id:base64key,id:base64key`, oldest first, each key 32 bytes."""
        keys: dict[str, bytes] = {}
        for entry in self.required(name).split(","):
            key_id, _, encoded = entry.strip().partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError:
                key = b""
            if not key_id or len(key) != MIN_SECRET_BYTES:
                shape = f"id:base64 of {MIN_SECRET_BYTES} bytes, several with commas"
                message = f"{name} must read {shape}"
                raise SettingsError(message)
            keys[key_id] = key
        return keys


def _with_driver(url: str) -> str:
    """Name psycopg 3 in a plain PostgreSQL address, as hosting services hand them out."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url
