"""Writing the audit: one event with each deed, one seal over what has been committed."""

import json
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol, cast

from sqlalchemy import Table, bindparam, insert, select, text, update
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.models import AuditDetail, AuditEvent, Epoch, Seal
from app.audit.rules import GENESIS, detail_digest, seal_hash
from app.infra.prepared import Prepared

# One number for the sealer's advisory lock: two sealers would fork the chain.
SEALER_LOCK = 7_306_001
SALT_BYTES = 16
SEAL_BATCH = 50_000

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class Doer(Protocol):
    """Whoever acts: a signed-in person, or the system itself."""

    @property
    def account_id(self) -> str | None:
        """The signed-in account, or None for the system."""
        ...

    @property
    def role_name(self) -> str:
        """The role that the deed is done in."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """The record an event is about. `kind` is its noun, such as "household"."""

    kind: str
    id: str
    ward_code: str | None = None


def use_request_id(request_id: str | None) -> None:
    """Mark the events of this web request or job with its id."""
    _request_id.set(request_id)


# Built once: every deed and every look runs one of them.
_EVENTS, _DETAILS = cast("Table", AuditEvent.__table__), cast("Table", AuditDetail.__table__)
_TOLD = insert(_EVENTS).values(
    epoch=select(Epoch.epoch).scalar_subquery(),
    **{
        name: bindparam(name, type_=_EVENTS.c[name].type)
        for name in (
            "actor_id", "actor_role", "action", "object_kind", "object_id", "ward_code", "reason",
            "request_id", "detail_digest",
        )
    },
)  # fmt: skip
_EVENT = _TOLD.returning(_EVENTS.c.id).cte("event")
_TOLD_IN_DETAIL = Prepared(
    insert(_DETAILS).from_select(
        ["event_id", "salt", "changes"],
        select(
            _EVENT.c.id,
            *(bindparam(name, type_=_DETAILS.c[name].type) for name in ("salt", "changes")),
        ),
    )
)
_TOLD_SHORTLY = Prepared(_TOLD)


def record(  # noqa: PLR0913 - the deed, its doer and its subject; the rest is optional.
    session: Session,
    actor: Doer,
    action: str,
    subject: Subject,
    *,
    reason: str | None = None,
    changes: Mapping[str, object] | None = None,
) -> None:
    """Write one event in the caller's transaction.

    changes: what changed, as {"field": [old, new]} or plain facts; personal data is allowed
    here, since only its salted digest enters the chain.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    plain = _json_ready(changes or {})
    values: dict[str, object] = {
        "actor_id": actor.account_id,
        "actor_role": actor.role_name,
        "action": action,
        "object_kind": subject.kind,
        "object_id": subject.id,
        "ward_code": subject.ward_code,
        "reason": reason,
        "request_id": _request_id.get(),
        "detail_digest": detail_digest(salt, plain) if plain else None,
    }
    if plain:
        _TOLD_IN_DETAIL.change(session, values | {"salt": salt, "changes": plain})
    else:
        _TOLD_SHORTLY.change(session, values)


def _json_ready(changes: Mapping[str, object]) -> dict[str, object]:
    """The changes exactly as JSONB gives them back, so that the digest can be checked."""
    return cast("dict[str, object]", json.loads(json.dumps(changes, default=str)))


def seal_committed(session: Session) -> int:
    """Seal all events of finished transactions not yet sealed; returns how many.

    Only transactions below the oldest running one are taken, so that a late commit cannot
    slip in behind a seal. Run by one sealer at a time; a second one returns 0 at once.
    """
    if not session.scalar(text(f"select pg_try_advisory_xact_lock({SEALER_LOCK})")):
        return 0
    epoch = session.scalars(select(Epoch.epoch)).one()
    last = session.scalars(select(Seal).order_by(Seal.n.desc()).limit(1)).one_or_none()
    start = last.to_xid if last is not None and last.epoch == epoch else 0
    edge = session.scalar(text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
    return _seal_batch(session, epoch, last, start, int(edge or 0))


def begin_epoch(session: Session) -> int:
    """After a restore: seal what the old epoch left open and begin the next; returns it.

    Transaction ids start anew in another cluster, so events of the old epoch would never lie
    below its edge again. Nobody else may write meanwhile.
    """
    session.execute(text(f"select pg_advisory_xact_lock({SEALER_LOCK})"))
    epoch = session.scalars(select(Epoch.epoch)).one()
    while True:
        last = session.scalars(select(Seal).order_by(Seal.n.desc()).limit(1)).one_or_none()
        start = last.to_xid if last is not None and last.epoch == epoch else 0
        beyond = queries.last_xid(session, epoch) + 1
        if not _seal_batch(session, epoch, last, start, beyond):
            break
    session.execute(update(Epoch).values(epoch=epoch + 1))
    return epoch + 1


def _seal_batch(session: Session, epoch: int, last: Seal | None, start: int, edge: int) -> int:
    """Seal about SEAL_BATCH events of transactions [start, edge); returns how many."""
    edge = queries.batch_edge(session, epoch, start, edge, SEAL_BATCH)
    events = queries.events_between(session, epoch, start, edge)
    if not events:
        return 0
    prev = last.h if last is not None else GENESIS
    session.execute(
        insert(Seal).values(
            epoch=epoch,
            from_xid=start,
            to_xid=edge,
            rows=len(events),
            prev=prev,
            h=seal_hash(prev, events),
        )
    )
    return len(events)
