"""What runs proposed or could not place, and what people approved of it."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


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
