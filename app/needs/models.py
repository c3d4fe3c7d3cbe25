"""Tables of needs, and of the anonymised cards that alone are shown outside the ward."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Need(Base):
    """One household, one support kind. `covered` counts units of live allocations.

    For projects `units` is 1 and `cost_dong` is what it costs; for the rest cost is a hint.
    """

    __tablename__ = "need"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "household_id"], ["household.ward_code", "household.id"]
        ),
        ForeignKeyConstraint(["ward_code", "member_id"], ["member.ward_code", "member.id"]),
        ForeignKeyConstraint(["ward_code", "standing_id"], ["standing.ward_code", "standing.id"]),
        UniqueConstraint("ward_code", "id"),
        CheckConstraint(
            "state in ('draft','submitted','verified','approved','closed','rejected','suspended',"
            "'expired','withdrawn')",
            name="state_known",
        ),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("covered between 0 and units", name="covered_within_units"),
        CheckConstraint("handed between 0 and covered", name="handed_within_covered"),
        CheckConstraint("cost_dong >= 0", name="cost_not_negative"),
        CheckConstraint("urgency between 0 and 3", name="urgency_known"),
        CheckConstraint(
            "state not in ('approved','closed','suspended','expired')"
            " or (approved_by is not null and approved_by <> verified_by"
            " and approved_by <> created_by)",
            name="four_eyes",
        ),
        CheckConstraint(
            "verified_by is null or light or verified_by <> created_by", name="verifier_is_another"
        ),
        Index("ix_need_household_id", "household_id"),
        Index("ix_need_queue", "ward_code", "state", "created_at"),
        Index("ix_need_open", "kind_code", "ward_code", postgresql_where="state = 'approved'"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    household_id: Mapped[str]
    member_id: Mapped[str | None]
    standing_id: Mapped[str | None]
    kind_code: Mapped[str] = mapped_column(ForeignKey("support_kind.code"))
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    spec: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    units: Mapped[int]
    covered: Mapped[int] = mapped_column(server_default="0")
    handed: Mapped[int] = mapped_column(server_default="0")
    cost_dong: Mapped[int]
    urgency: Mapped[int]
    starts_on: Mapped[date]
    deadline_on: Mapped[date | None]
    story: Mapped[bytes | None] = mapped_column(LargeBinary)
    evidence: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    light: Mapped[bool] = mapped_column(server_default="false")
    state: Mapped[str] = mapped_column(server_default="draft")
    created_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    verified_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    verified_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    returned_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default="1")


class NeedCard(Base):
    """What the public may read of an open need; no name, no group, no address, ever.

    Not protected by row: everything in it is public from `posted_at` on, which lies up to 72
    hours after the approval so that a card is not "the family visited today".
    """

    __tablename__ = "need_card"
    __table_args__ = (
        Index("ix_need_card_board", "posted_at", "need_id", postgresql_where="is_open"),
        Index("ix_need_card_kind", "kind_code", "ward_code", postgresql_where="is_open"),
        Index("ix_need_card_ward", "ward_code", "posted_at", postgresql_where="is_open"),
        Index(
            "ix_need_card_urgent",
            text("urgency desc"),
            "verified_on",
            "need_id",
            postgresql_where="is_open",
        ),
    )

    need_id: Mapped[str] = mapped_column(ForeignKey("need.id"), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("support_kind.code"))
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    label: Mapped[str | None]
    age_band: Mapped[str | None]
    groups: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    spec: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    units: Mapped[int]
    covered: Mapped[int] = mapped_column(server_default="0")
    cost_dong: Mapped[int]
    urgency: Mapped[int]
    starts_on: Mapped[date]
    deadline_on: Mapped[date | None]
    story: Mapped[str | None]
    verified_on: Mapped[date]
    verified_by_role: Mapped[str]
    is_open: Mapped[bool]
    posted_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
