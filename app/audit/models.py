"""Tables of the audit: events, the details they digest, and the seals over them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class AuditEvent(Base):
    """One deed or one look. `xid` orders events by the transaction that wrote them."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "object_kind", "object_id", "id"),
        Index("ix_audit_event_ward_at", "ward_code", "id"),
        Index("ix_audit_event_unsealed", "epoch", "xid", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    epoch: Mapped[int]
    xid: Mapped[int] = mapped_column(server_default=text("pg_current_xact_id()::text::bigint"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor_id: Mapped[str | None]
    actor_role: Mapped[str]
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    ward_code: Mapped[str | None]
    reason: Mapped[str | None]
    request_id: Mapped[str | None]
    detail_digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class AuditDetail(Base):
    """What changed, as the event's digest covers it; deleted when a person is erased."""

    __tablename__ = "audit_detail"

    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    changes: Mapped[dict[str, object]] = mapped_column(JSONB)


class Seal(Base):
    """A hash over the events of transactions [from_xid, to_xid) and over the seal before."""

    __tablename__ = "seal"

    n: Mapped[int] = mapped_column(Identity(), primary_key=True)
    epoch: Mapped[int]
    from_xid: Mapped[int]
    to_xid: Mapped[int]
    rows: Mapped[int]
    prev: Mapped[bytes] = mapped_column(LargeBinary)
    h: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Epoch(Base):
    """One row: the present epoch. A restore adds one, since transaction ids start anew."""

    __tablename__ = "audit_epoch"

    single: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    epoch: Mapped[int]
