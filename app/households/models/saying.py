"""What households agreed to, and which of the staff called them their own; by ward."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Consent(Base):
    """What a household answered when it was asked, and when a yes was taken back (Law 91/2025).

    refused: it said no; such a row was never in force, so it is withdrawn from the start.
    """

    __tablename__ = "consent"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "household_id"], ["household.ward_code", "household.id"]
        ),
        CheckConstraint(
            "purpose in ('keep-record','show-anonymous-card','share-with-donor','photo','message')",
            name="purpose_known",
        ),
        CheckConstraint("not refused or withdrawn_at = given_at", name="refusal_never_in_force"),
        CheckConstraint("method in ('paper','witnessed','electronic')", name="method_known"),
        Index("ix_consent_household_id", "household_id", "purpose"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str]
    household_id: Mapped[str]
    purpose: Mapped[str]
    method: Mapped[str]
    text_version: Mapped[str]
    taken_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    refused: Mapped[bool] = mapped_column(server_default="false")


class Kin(Base):
    """One of the staff who has said that a household is their own or their relatives'.

    ended_by, ended_reason: the other person who ended it, a slip of the finger as a rule.
    """

    __tablename__ = "kin"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "household_id"], ["household.ward_code", "household.id"]
        ),
        CheckConstraint("ended_by <> account_id", name="ended_by_another"),
        CheckConstraint(
            "(ended_at is null) = (ended_by is null) and (ended_at is null) ="
            " (ended_reason is null)",
            name="end_has_reason",
        ),
        Index(
            "uq_kin_said",
            "household_id",
            "account_id",
            unique=True,
            postgresql_where="ended_at is null",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    household_id: Mapped[str]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    ward_code: Mapped[str]
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    ended_reason: Mapped[str | None]
