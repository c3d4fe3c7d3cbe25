"""Which adapter this deployment's settings choose for a channel."""

import hmac
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from app.config import Settings
from app.notices.channels.esms import Esms
from app.notices.channels.local import Console, File, Inbox
from app.notices.channels.outcomes import Adapter
from app.notices.channels.smtp import Smtp, sender_of
from app.notices.channels.speedsms import SpeedSms
from app.notices.channels.tokens import KeptTokens
from app.notices.channels.zalo import Zalo
from app.notices.rules import Channel

OURSELVES = frozenset({"127.0.0.1", "localhost", "::1"})


def adapter_for(channel: Channel, settings: Settings) -> Adapter | None:
    """This deployment's way out for a channel, or None if it has none.

    In the demonstration nothing leaves unless it is told where to: its inbox shows what would
    have gone.
    """
    if channel is Channel.IN_APP:
        return Inbox()
    if channel is Channel.EMAIL and settings.smtp_url:
        return Smtp(settings.smtp_url, sender_of(settings))
    if channel is Channel.SMS and settings.sms_url:
        return _for_sms(settings.sms_url, settings)
    if channel is Channel.ZALO and settings.zalo_url:
        return _for_zalo(settings.zalo_url)
    return Inbox("demo") if settings.is_demo else None


def _for_sms(url: str, settings: Settings) -> Adapter | None:
    """console: · file:///path · esms://key:secret@host?brandname= · speedsms://token@host?sender=."""
    parts, options = urlsplit(url), dict(parse_qsl(urlsplit(url).query))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme == "console":
        return Console()
    if parts.scheme == "file":
        return File(Path(parts.path))
    if parts.scheme == "esms":
        brandname = options.get("brandname", "")
        return Esms(_base(parts), user, password, brandname, callback_for(settings))
    if parts.scheme == "speedsms":
        kind = int(options.get("type", "2"))
        return SpeedSms(_base(parts), user, options.get("sender", ""), kind)
    return None


def _for_zalo(url: str) -> Adapter:
    """Of zalo://app_id:secret@host?oauth=host&templates=name.id,name.id&refresh_token=first."""
    parts, options = urlsplit(url), dict(parse_qsl(urlsplit(url).query))
    named = (entry.rpartition(".") for entry in options.get("templates", "").split(",") if entry)
    oauth = urlsplit(f"zalo://{options.get('oauth', 'oauth.zaloapp.com')}")
    return Zalo(
        base=_base(parts),
        oauth_base=_base(oauth),
        app_id=unquote(parts.username or ""),
        app_secret=unquote(parts.password or ""),
        templates={name: template_id for name, _, template_id in named},
        tokens=KeptTokens("zalo", options.get("refresh_token", "")),
    )


def _base(parts: SplitResult) -> str:
    """Always TLS, but to a server on this very machine."""
    host = parts.hostname or "localhost"
    port = f":{parts.port}" if parts.port else ""
    return f"{'http' if host in OURSELVES else 'https'}://{host}{port}"


def callback_for(settings: Settings) -> Callable[[str], str]:
    """The address for news of the message `key`; the mark in it shows that we gave it out."""

    def address(key: str) -> str:
        mark = mark_of(settings.secret_key, key)
        return f"{settings.base_url}/notices/callbacks/esms/{key}/{mark}"

    return address


def mark_of(secret: bytes, key: str) -> str:
    """The mark that only we can put on a callback's address."""
    return hmac.digest(secret, f"callback:{key}".encode(), "sha256").hex()[:32]
