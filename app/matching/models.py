"""Tables of matching: the policy, the runs, what they proposed, and what people approved."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
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


class PolicyComparison(Base):
    """What would change if a past run had gone by another version than `against`."""

    __tablename__ = "policy_comparison"

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str]
    run_id: Mapped[str] = mapped_column(ForeignKey("match_run.id"))
    version: Mapped[int] = mapped_column(ForeignKey("policy.version"))
    against: Mapped[int] = mapped_column(ForeignKey("policy.version"))
    job_id: Mapped[int | None]
    result: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    failure: Mapped[str | None]
    requested_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class Proposal(Base):
    """A match that the run found best: units of a line for a need. It reserves nothing.

    put_forward_by: the officer who took it up or changed it, with `override_reason`; without
    one, whoever asked for the run has prepared it. last_refusal: why it could not be accepted.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        ForeignKeyConstraint(["ward_code", "need_id"], ["need.ward_code", "need.id"]),
        UniqueConstraint("run_id", "need_id", "pledge_line_id"),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint(
            "state in ('proposed','accepted','declined','superseded','expired')", name="state_known"
        ),
        Index("ix_proposal_queue", "ward_code", "state", "run_id", "rank"),
        Index("ix_proposal_need_id", "need_id"),
        Index("ix_proposal_pledge_line_id", "pledge_line_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("match_run.id"))
    ward_code: Mapped[str]
    need_id: Mapped[str]
    pledge_line_id: Mapped[str] = mapped_column(ForeignKey("pledge_line.id"))
    units: Mapped[int]
    rank: Mapped[int]
    reason: Mapped[dict[str, object]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(server_default="proposed")
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    put_forward_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    override_reason: Mapped[str | None]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    last_refusal: Mapped[str | None]


class Unmatched(Base):
    """Why a need or a line got nothing, or not all, in one run."""

    __tablename__ = "unmatched"
    __table_args__ = (
        CheckConstraint("(need_id is null) <> (pledge_line_id is null)", name="one_subject"),
        Index("ix_unmatched_run_id", "run_id"),
        Index("ix_unmatched_need_id", "need_id"),
        Index("ix_unmatched_pledge_line_id", "pledge_line_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("match_run.id"))
    ward_code: Mapped[str]
    need_id: Mapped[str | None]
    pledge_line_id: Mapped[str | None] = mapped_column(ForeignKey("pledge_line.id"))
    units: Mapped[int]
    reason: Mapped[dict[str, object]] = mapped_column(JSONB)


class Allocation(Base):
    """An approved proposal: units of a line that are promised to a need.

    approved -> ready -> part-handed -> handed -> confirmed; approved|ready -> released(reason);
    handed -> disputed -> handed|reversed.
    """

    __tablename__ = "allocation"
    __table_args__ = (
        ForeignKeyConstraint(["ward_code", "need_id"], ["need.ward_code", "need.id"]),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("handed between 0 and units", name="handed_within_units"),
        CheckConstraint("confirmed between 0 and handed", name="confirmed_within_handed"),
        CheckConstraint(
            "state in ('approved','ready','part-handed','handed','confirmed','released','disputed',"
            "'reversed')",
            name="state_known",
        ),
        CheckConstraint("approved_by is distinct from prepared_by", name="four_eyes"),
        Index(
            "uq_allocation_line_need",
            "pledge_line_id",
            "need_id",
            unique=True,
            postgresql_where="state not in ('released','reversed')",
        ),
        Index("ix_allocation_need_id", "need_id"),
        Index("ix_allocation_ward_code", "ward_code", "state", "approved_at"),
        UniqueConstraint("ward_code", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    need_id: Mapped[str]
    household_id: Mapped[str]
    pledge_line_id: Mapped[str] = mapped_column(ForeignKey("pledge_line.id"))
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    units: Mapped[int]
    handed: Mapped[int] = mapped_column(server_default="0")
    confirmed: Mapped[int] = mapped_column(server_default="0")
    state: Mapped[str] = mapped_column(server_default="approved")
    prepared_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime]
    override_reason: Mapped[str | None]
    released_reason: Mapped[str | None]
    released_at: Mapped[datetime | None]


class ProgrammeShare(Base):
    """The one allocation of a household in a programme that gives once: taken by its key."""

    __tablename__ = "programme_share"

    household_id: Mapped[str] = mapped_column(primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    kind_code: Mapped[str] = mapped_column(ForeignKey("support_kind.code"), primary_key=True)
    allocation_id: Mapped[str] = mapped_column(ForeignKey("allocation.id"), unique=True)
