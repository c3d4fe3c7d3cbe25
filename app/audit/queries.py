"""Reading the audit: events in sealing order, a record's history, and the proof."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditDetail, AuditEvent, Seal
from app.audit.rules import GENESIS, EventRow, detail_digest, seal_hash

_COLUMNS = (
    AuditEvent.epoch,
    AuditEvent.xid,
    AuditEvent.id,
    AuditEvent.at,
    AuditEvent.actor_id,
    AuditEvent.actor_role,
    AuditEvent.action,
    AuditEvent.object_kind,
    AuditEvent.object_id,
    AuditEvent.ward_code,
    AuditEvent.reason,
    AuditEvent.request_id,
    AuditEvent.detail_digest,
)


def events_between(session: Session, epoch: int, from_xid: int, to_xid: int) -> list[EventRow]:
    """The events of transactions [from_xid, to_xid) of an epoch, in sealing order."""
    statement = (
        select(*_COLUMNS)
        .where(AuditEvent.epoch == epoch, AuditEvent.xid >= from_xid, AuditEvent.xid < to_xid)
        .order_by(AuditEvent.epoch, AuditEvent.xid, AuditEvent.id)
    )
    return [EventRow(**row._mapping) for row in session.execute(statement)]  # noqa: SLF001 - the documented name.


def batch_edge(session: Session, epoch: int, start: int, edge: int, limit: int) -> int:
    """`edge`, or a nearer one, so that about `limit` events lie in [start, edge)."""
    statement = (
        select(AuditEvent.xid)
        .where(AuditEvent.epoch == epoch, AuditEvent.xid >= start, AuditEvent.xid < edge)
        .order_by(AuditEvent.xid)
        .offset(limit)
        .limit(1)
    )
    beyond = session.scalar(statement)
    # A transaction is never cut in two: the edge lies behind the one that crosses the limit.
    return edge if beyond is None else min(edge, beyond + 1)


def last_xid(session: Session, epoch: int) -> int:
    """The highest transaction id among an epoch's events, or 0."""
    statement = select(func.max(AuditEvent.xid)).where(AuditEvent.epoch == epoch)
    return session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the proof found. `bad_seal` is the first seal that does not hold, if any."""

    seals: int
    events: int
    bad_seal: int | None
    bad_events: tuple[int, ...]
    unsealed: int
    head: str

    @property
    def is_sound(self) -> bool:
        """Whether the chain and all kept details verify."""
        return self.bad_seal is None and not self.bad_events


def verify_chain(session: Session, anchor: str | None = None) -> Verdict:
    """Recompute every seal and every kept detail.

    anchor: a head printed earlier; if no seal has it, the tail was cut or rewritten, and
    the last seal is reported as bad. Cost linear in events, one pass.
    """
    seals = session.scalars(select(Seal).order_by(Seal.n)).all()
    bad, events = _first_bad(session, seals)
    if bad is None and anchor and anchor not in {seal.h.hex() for seal in seals}:
        bad = seals[-1].n if seals else 0
    total = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    return Verdict(
        seals=len(seals),
        events=events,
        bad_seal=bad,
        bad_events=tuple(_changed_details(session)),
        unsealed=total - events,
        head=seals[-1].h.hex() if seals else GENESIS.hex(),
    )


def _first_bad(session: Session, seals: Sequence[Seal]) -> tuple[int | None, int]:
    """The first seal that does not hold, and how many events were read until then."""
    prev, counted = GENESIS, 0
    for before, seal in zip([None, *seals], seals, strict=False):
        events = events_between(session, seal.epoch, seal.from_xid, seal.to_xid)
        follows = before is None or before.epoch != seal.epoch or before.to_xid == seal.from_xid
        counted += len(events)
        holds = seal.prev == prev and seal.rows == len(events) and follows
        if not holds or seal_hash(prev, events) != seal.h:
            return seal.n, counted
        prev = seal.h
    return None, counted


def _changed_details(session: Session) -> Iterator[int]:
    """The events whose kept details no longer give the digest they were recorded with."""
    statement = select(AuditEvent.id, AuditEvent.detail_digest, AuditDetail).join(
        AuditDetail, AuditDetail.event_id == AuditEvent.id
    )
    for event_id, digest, detail in session.execute(statement.execution_options(yield_per=5000)):
        if detail_digest(detail.salt, detail.changes) != digest:
            yield event_id


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event of a record's history, for people allowed to see the record."""

    at: datetime
    actor_id: str | None
    actor_role: str
    action: str
    reason: str | None
    changes: dict[str, object]


def history_of(session: Session, kind: str, object_id: str, limit: int = 100) -> list[HistoryLine]:
    """The events of one record, newest first. The caller has checked that it may be seen."""
    statement = (
        select(AuditEvent, AuditDetail.changes)
        .outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .where(AuditEvent.object_kind == kind, AuditEvent.object_id == object_id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return [
        HistoryLine(e.at, e.actor_id, e.actor_role, e.action, e.reason, changes or {})
        for e, changes in session.execute(statement)
    ]


def seal_head(session: Session) -> str:
    """The newest seal's hash in hex, to be printed on reports as an anchor outside."""
    newest = session.scalar(select(Seal.h).order_by(Seal.n.desc()).limit(1))
    return (newest or GENESIS).hex()


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """One event as the journal lists it; details stay with the record's own page."""

    id: int
    at: datetime
    actor_id: str | None
    actor_role: str
    action: str
    object_kind: str
    object_id: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A page of events, newest first; `next_before` asks for the page after, if there is one."""

    events: list[JournalEvent]
    next_before: int | None


def journal(
    session: Session,
    *,
    ward_codes: frozenset[str],
    actor_id: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> JournalPage:
    """Events of wards ("*" for all), or one person's own; pages by key, newest first."""
    statement = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(limit + 1)
    if actor_id is not None:
        statement = statement.where(AuditEvent.actor_id == actor_id)
    elif "*" not in ward_codes:
        statement = statement.where(AuditEvent.ward_code.in_(ward_codes))
    if before is not None:
        statement = statement.where(AuditEvent.id < before)
    found = [
        JournalEvent(
            e.id, e.at, e.actor_id, e.actor_role, e.action, e.object_kind, e.object_id, e.reason
        )
        for e in session.scalars(statement)
    ]
    more = len(found) > limit
    return JournalPage(found[:limit], found[limit - 1].id if more else None)
