"""Tables of receipts, lots, and the ledger of where units are."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Receipt(Base):
    """Units of a pledge line that came in on a day, as one lot."""

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint(
            "state in ('announced','received','inspected','stocked','refused')", name="state_known"
        ),
        UniqueConstraint("ward_code", "number"),
        Index("ix_receipt_pledge_line_id", "pledge_line_id"),
        Index("ix_receipt_ward_code", "ward_code", "received_on"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    number: Mapped[str]
    pledge_line_id: Mapped[str] = mapped_column(ForeignKey("pledge_line.id"))
    units: Mapped[int]
    value_dong: Mapped[int]
    received_on: Mapped[date]
    expires_on: Mapped[date | None]
    condition: Mapped[str]
    state: Mapped[str]
    received_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Movement(Base):
    """Units of a lot going from one account to another; a mistake is a reversing row.

    The lot is its receipt. Accounts: donor, stock, out, recipient, scrapped.
    """

    __tablename__ = "movement"
    __table_args__ = (
        UniqueConstraint("cause", "cause_id", "step"),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("from_account <> to_account", name="accounts_differ"),
        Index("ix_movement_lot_id", "lot_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    lot_id: Mapped[str] = mapped_column(ForeignKey("receipt.id"))
    from_account: Mapped[str]
    to_account: Mapped[str]
    units: Mapped[int]
    cause: Mapped[str]
    cause_id: Mapped[str]
    step: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class StockBalance(Base):
    """How many units of a lot stand in an account; changed only by guarded updates."""

    __tablename__ = "stock_balance"
    __table_args__ = (CheckConstraint("units >= 0", name="units_not_negative"),)

    lot_id: Mapped[str] = mapped_column(ForeignKey("receipt.id"), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    units: Mapped[int]
