"""Tables of the glue: work to do, ticks of the clock, requests answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Identity, Index, LargeBinary, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Job(Base):
    """One piece of work. The row is the truth; the queue only wakes whoever does it."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state in ('pending','running','done','dead')", name="state_known"),
        CheckConstraint("attempts between 0 and max_attempts", name="attempts_within_max"),
        CheckConstraint("state <> 'running' or lease_until is not null", name="running_has_lease"),
        Index(
            "ix_job_due",
            "lane",
            "not_before",
            "id",
            postgresql_where="state in ('pending','running')",
        ),
        {"postgresql_with": {"autovacuum_vacuum_scale_factor": "0.01"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    lane: Mapped[str]
    name: Mapped[str]
    arg: Mapped[str]
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    wards: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="pending")
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default="0")
    max_attempts: Mapped[int] = mapped_column(server_default="8")
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(server_default="0")
    done_units: Mapped[int] = mapped_column(server_default="0")
    all_units: Mapped[int | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class Tick(Base):
    """One due moment of a periodic task; its key makes two schedulers do it once."""

    __tablename__ = "tick"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)


class IdempotencyKey(Base):
    """A request that was answered, so that its twin gets the same answer."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_created_at", "created_at"),)

    actor_key: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    location: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class KeptForm(Base):
    """What an account typed on a page when its session had ended; `body` is encrypted."""

    __tablename__ = "kept_form"

    account_id: Mapped[str] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class StoredFile(Base):
    """A file that belongs to a ward: an upload or something a job made, until `expires_at`."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("octet_length(body) <= 20971520", name="size_limit"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str]
    owner_id: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    facts: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
