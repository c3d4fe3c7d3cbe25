"""How an event is digested and a seal is made: pure, the same for sealer and verifier."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class EventRow:
    """The columns of one event that its seal covers, in the order of sealing."""

    epoch: int
    xid: int
    id: int
    at: datetime
    actor_id: str | None
    actor_role: str
    action: str
    object_kind: str
    object_id: str
    ward_code: str | None
    reason: str | None
    request_id: str | None
    detail_digest: bytes | None


def detail_digest(salt: bytes, changes: Mapping[str, object]) -> bytes:
    """The salted digest that an event keeps of its details, 32 bytes."""
    plain = json.dumps(changes, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(salt + plain.encode()).digest()


def seal_hash(prev: bytes, events: Iterable[EventRow]) -> bytes:
    """The seal over `events`, ordered by (epoch, xid, id), and over the seal before it."""
    digest = hashlib.sha256(prev)
    for event in events:
        digest.update(_line(event))
    return digest.digest()


def _line(event: EventRow) -> bytes:
    """An event in one unambiguous line: each value length-prefixed, absent ones marked."""
    values = (
        str(event.epoch),
        str(event.xid),
        str(event.id),
        event.at.isoformat(),
        event.actor_id,
        event.actor_role,
        event.action,
        event.object_kind,
        event.object_id,
        event.ward_code,
        event.reason,
        event.request_id,
        event.detail_digest.hex() if event.detail_digest is not None else None,
    )
    return "".join("-;" if v is None else f"{len(v)}:{v};" for v in values).encode()
