"""Tables of receipts, lots, and the ledger of where units are."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Receipt(Base):
    """Units of a pledge line that came in on a day, as one lot.

    It is a paper, so it keeps names as they were. number: given when the units are in, without
    gaps in a ward and year. An announced one has neither number nor lot; its `received_on` is
    when it is expected.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint(
            "state in ('announced','received','inspected','stocked','refused')", name="state_known"
        ),
        CheckConstraint(
            "(state in ('received','inspected','stocked')) = (number is not null)",
            name="number_once_in",
        ),
        CheckConstraint("value_dong >= 0", name="value_not_negative"),
        CheckConstraint("given_as in ('kind','cash')", name="given_as_known"),
        UniqueConstraint("ward_code", "number"),
        Index("ix_receipt_donor_id", "donor_id"),
        Index("ix_receipt_pledge_line_id", "pledge_line_id"),
        Index("ix_receipt_ward_code", "ward_code", "received_on"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    number: Mapped[str | None]
    pledge_line_id: Mapped[str] = mapped_column(ForeignKey("pledge_line.id"))
    pledge_id: Mapped[str] = mapped_column(ForeignKey("pledge.id"))
    pledge_code: Mapped[str]
    donor_id: Mapped[str] = mapped_column(ForeignKey("donor.id"))
    donor_name: Mapped[str]
    donor_tax_code: Mapped[str | None]
    kind_code: Mapped[str] = mapped_column(ForeignKey("support_kind.code"))
    given_as: Mapped[str]
    units: Mapped[int]
    value_dong: Mapped[int]
    received_on: Mapped[date]
    expires_on: Mapped[date | None]
    condition: Mapped[str]
    note: Mapped[str | None]
    state: Mapped[str]
    received_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ReceiptCounter(Base):
    """The last receipt number of a ward and year; its row lock keeps the numbers gapless."""

    __tablename__ = "receipt_counter"

    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Movement(Base):
    """Units of a lot going from one account to another; a mistake is a reversing row.

    The lot is its receipt. Accounts: donor, stock, out, recipient, scrapped.
    """

    __tablename__ = "movement"
    __table_args__ = (
        UniqueConstraint("cause", "cause_id", "step"),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("from_account <> to_account", name="accounts_differ"),
        CheckConstraint(
            "from_account in ('donor','stock','out','recipient','scrapped')"
            " and to_account in ('donor','stock','out','recipient','scrapped')",
            name="accounts_known",
        ),
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
