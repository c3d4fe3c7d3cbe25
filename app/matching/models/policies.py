"""The policy's versions, and comparisons of two of them over what a run saw."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Policy(Base):
    """One version of the rules by which runs rank and share; never changed once used."""

    __tablename__ = "policy"
    __table_args__ = (CheckConstraint("approved_by <> created_by", name="approved_by_another"),)

    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    rules: Mapped[dict[str, object]] = mapped_column(JSONB)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    valid_from: Mapped[date]
    reason: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PolicyComparison(Base):
    """What would change if past runs had gone by another version than `against`.

    Of a ward it replays one run, of a province the parts of one run or a run of each of its wards.
    parts: what is replayed, in order, each {"id", "shard": whether it is a part of a run}. run_id:
    the one run; empty for the wards' runs.
    """

    __tablename__ = "policy_comparison"
    __table_args__ = (
        CheckConstraint("(ward_code is null) <> (province_code is null)", name="one_place"),
        Index("ix_policy_comparison_version", "version", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str | None]
    province_code: Mapped[str | None] = mapped_column(ForeignKey("province.code"))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("match_run.id"))
    parts: Mapped[list[dict[str, object]]] = mapped_column(JSONB, server_default="[]")
    version: Mapped[int] = mapped_column(ForeignKey("policy.version"))
    against: Mapped[int] = mapped_column(ForeignKey("policy.version"))
    job_id: Mapped[int | None]
    result: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    failure: Mapped[str | None]
    requested_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
