"""The tables of campaigns: lists, cards, campaigns, agreements, and the reminders they owed."""

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


class CampaignAgreement(Base):
    """One asking for a second person's word on a campaign, and what they said.

    people: on the list when it was asked, and shown to whoever decides. drafted_by: who wrote the
    campaign, for neither they nor who asks may agree.
    """

    __tablename__ = "campaign_agreement"
    __table_args__ = (
        CheckConstraint("state in ('asked','agreed','declined','lapsed')", name="state_known"),
        CheckConstraint("people > 0", name="people_positive"),
        CheckConstraint(
            "state <> 'agreed' or (decided_by is not null and decided_by <> asked_by"
            " and decided_by <> drafted_by)",
            name="four_eyes",
        ),
        CheckConstraint(
            "state <> 'declined' or (decided_by is not null and reason is not null)",
            name="declined_with_reason",
        ),
        Index("ix_campaign_agreement_campaign_id", "campaign_id"),
        Index(
            "uq_campaign_agreement_asked",
            "campaign_id",
            unique=True,
            postgresql_where="state = 'asked'",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    people: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="asked")
    drafted_by: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]


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
