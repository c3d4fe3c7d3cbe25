"""Runs of the solver, their parts, and what each of them saw."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class MatchRun(Base):
    """One run of the solver over a ward's or some provinces' needs and free units, or one arrival.

    provinces: codes in order, for a run that has shards; ward_code is empty then.
    digest: of its input; a replay with the same policy and engine gives the same proposals.
    certified: whether the optimum was proven; an unproven plan is kept out.
    """

    __tablename__ = "match_run"
    __table_args__ = (
        CheckConstraint(
            "state in ('pending','running','ready','failed','superseded','cancelled')",
            name="state_known",
        ),
        CheckConstraint(
            "trigger in ('pledge','need','ward','nightly','province')", name="trigger_known"
        ),
        CheckConstraint("(ward_code is null) = (cardinality(provinces) > 0)", name="one_scope"),
        CheckConstraint("state <> 'ready' or certified", name="ready_is_certified"),
        Index("ix_match_run_ward_code", "ward_code", "created_at"),
        # Two workers or two clicks never solve the same ward at once.
        Index(
            "uq_match_run_under_way",
            "ward_code",
            unique=True,
            postgresql_where="state in ('pending','running') and trigger in ('ward','nightly')",
        ),
        Index(
            "uq_match_run_provinces_under_way",
            "provinces",
            unique=True,
            postgresql_where="state in ('pending','running') and cardinality(provinces) > 0",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str | None] = mapped_column(ForeignKey("ward.code"))
    provinces: Mapped[list[str]] = mapped_column(ARRAY(String()), server_default="{}")
    trigger: Mapped[str]
    pledge_id: Mapped[str | None] = mapped_column(ForeignKey("pledge.id"))
    need_id: Mapped[str | None] = mapped_column(ForeignKey("need.id"))
    state: Mapped[str] = mapped_column(server_default="pending")
    policy_version: Mapped[int] = mapped_column(ForeignKey("policy.version"))
    engine: Mapped[str | None]
    digest: Mapped[str | None]
    certified: Mapped[bool] = mapped_column(server_default="false")
    figures: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    job_id: Mapped[int | None]
    requested_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
    failure: Mapped[str | None]


class MatchShard(Base):
    """One part of a run over provinces: one kind in one province, solved by a job of its own.

    province_code: empty for the part that shares a kind out between several provinces first.
    digest: of its input; plan_digest: of what it found. Its job holds lease and fence.
    """

    __tablename__ = "match_shard"
    __table_args__ = (
        CheckConstraint("state in ('waiting','running','done','failed')", name="state_known"),
        CheckConstraint("state <> 'done' or certified", name="done_is_certified"),
        Index(
            "uq_match_shard_part",
            "run_id",
            "kind_code",
            text("coalesce(province_code, '')"),
            unique=True,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("match_run.id"))
    province_code: Mapped[str | None] = mapped_column(ForeignKey("province.code"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("support_kind.code"))
    state: Mapped[str] = mapped_column(server_default="waiting")
    job_id: Mapped[int | None]
    digest: Mapped[str | None]
    plan_digest: Mapped[str | None]
    engine: Mapped[str | None]
    certified: Mapped[bool] = mapped_column(server_default="false")
    proposals: Mapped[int] = mapped_column(server_default="0")
    unmatched: Mapped[int] = mapped_column(server_default="0")
    figures: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    failure: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class MatchQuota(Base):
    """How many units of a line one province may have in a run over several."""

    __tablename__ = "match_quota"
    __table_args__ = (CheckConstraint("units > 0", name="units_positive"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("match_run.id"), primary_key=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), primary_key=True)
    pledge_line_id: Mapped[str] = mapped_column(ForeignKey("pledge_line.id"), primary_key=True)
    units: Mapped[int]


class NightlyProvince(Base):
    """A province whose wards are matched together each night, since its office asked for it."""

    __tablename__ = "nightly_province"
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), primary_key=True)
    asked_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]


class RunSnapshot(Base):
    """What a run saw, packed; a replay under another policy starts from it."""

    __tablename__ = "run_snapshot"

    run_id: Mapped[str] = mapped_column(ForeignKey("match_run.id"), primary_key=True)
    ward_code: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class ShardSnapshot(Base):
    """What a part of a run over provinces saw, packed as a run's."""

    __tablename__ = "shard_snapshot"

    shard_id: Mapped[str] = mapped_column(ForeignKey("match_shard.id"), primary_key=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
