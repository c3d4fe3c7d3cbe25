"""The tables of campaigns: lists, cards, campaigns, and the reminders they owed."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from app.infra.database import Base


class CardList(Base):
    """One list that came in; refused: [row, code] of the rows left out, no names."""

    __tablename__ = "card_list"
    __table_args__ = (
        CheckConstraint("kind in ('cards','renewals')", name="kind_known"),
        UniqueConstraint("ward_code", "kind", "digest"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    ward_code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    taken: Mapped[int]
    unknown: Mapped[int] = mapped_column(server_default="0")
    refused: Mapped[list[list[object]]] = mapped_column(JSONB, server_default="[]")
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class InsuranceCard(Base):
    """One health-insurance card. number: keyed digest of its number; holder: encrypted.

    group_id: the residential group whose head calls the holder whom no channel reaches.
    """

    __tablename__ = "insurance_card"
    __table_args__ = (
        UniqueConstraint("ward_code", "number"),
        Index("ix_insurance_card_expires_on", "ward_code", "expires_on"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    ward_code: Mapped[str]
    number: Mapped[bytes] = mapped_column(LargeBinary)
    holder: Mapped[bytes] = mapped_column(LargeBinary)
    expires_on: Mapped[date]
    renewed_at: Mapped[datetime | None]
    group_id: Mapped[str | None] = mapped_column(ForeignKey("residential_group.id"))


class Campaign(Base):
    """A campaign of reminders. valid_before: cards of the list that were valid at its start."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("state in ('draft','running','paused','stopped')", name="state_known"),
        CheckConstraint("covered between 0 and population", name="covered_within_population"),
        CheckConstraint("population > 0", name="population_positive"),
        Index(
            "uq_campaign_open",
            "ward_code",
            "kind",
            unique=True,
            postgresql_where="state <> 'stopped'",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    ward_code: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    steps: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    hotline: Mapped[str]
    population: Mapped[int]
    covered: Mapped[int]
    valid_before: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]


class Reminder(Base):
    """One reminder that a campaign owed: of a card, for an expiry, at a step."""

    __tablename__ = "reminder"
    __table_args__ = (Index("ix_reminder_campaign_id", "campaign_id"),)

    card_id: Mapped[int] = mapped_column(
        ForeignKey("insurance_card.id", ondelete="CASCADE"), primary_key=True
    )
    expires_on: Mapped[date] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    notice_id: Mapped[int]
