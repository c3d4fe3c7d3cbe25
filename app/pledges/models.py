"""Tables of donors and their pledges."""

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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Donor(Base):
    """A person or business that gives. `shown_as` is how the public may read the name.

    ward_code: whose staff wrote the donor down; empty for one who signed up.
    """

    __tablename__ = "donor"
    __table_args__ = (
        CheckConstraint("kind in ('person','business','organisation')", name="kind_known"),
        CheckConstraint("shown_as in ('name','initials','anonymous')", name="shown_as_known"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    folded_name: Mapped[str]
    tax_code: Mapped[str | None]
    shown_as: Mapped[str]
    email: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(server_default="vi")
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    ward_code: Mapped[str | None] = mapped_column(ForeignKey("ward.code"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")


class Draft(Base):
    """A pledge being typed, kept after each question so that nothing is lost.

    answers: what the wizard has so far, each checked when it was given. account_id: whose it
    is, empty until a visitor signs in; then the id alone no longer opens it. donor_id: for
    whom staff write it down. pledge_id: what became of it.
    """

    __tablename__ = "pledge_draft"
    __table_args__ = (Index("ix_pledge_draft_account_id", "account_id", "changed_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    donor_id: Mapped[str | None] = mapped_column(ForeignKey("donor.id"))
    answers: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    pledge_id: Mapped[str | None] = mapped_column(ForeignKey("pledge.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Pledge(Base):
    """One promise with its restrictions; staff of `ward_code` vet it.

    wards: codes it is meant for, empty for any; groups: safe labels of which one must apply,
    empty for anyone; window: the days on which it can be given.
    """

    __tablename__ = "pledge"
    __table_args__ = (
        CheckConstraint("available_to >= available_from", name="window_in_order"),
        Index("ix_pledge_donor_id", "donor_id", "created_at"),
        Index("ix_pledge_ward_code", "ward_code", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    donor_id: Mapped[str] = mapped_column(ForeignKey("donor.id"))
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    wards: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    groups: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    available_from: Mapped[date]
    available_to: Mapped[date]
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    on_behalf: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")


class PledgeLine(Base):
    """`units` of one support kind, each worth `unit_value` đồng, in kind or as cash for it."""

    __tablename__ = "pledge_line"
    __table_args__ = (
        CheckConstraint(
            "state in ('draft','offered','accepted','open','declined','withdrawn','expired',"
            "'closed')",
            name="state_known",
        ),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("unit_value >= 0", name="value_not_negative"),
        CheckConstraint(
            "free >= 0 and reserved >= 0 and fulfilled >= 0 and withdrawn >= 0",
            name="counts_not_negative",
        ),
        CheckConstraint(
            "free + reserved + fulfilled + withdrawn = units", name="counts_sum_to_units"
        ),
        CheckConstraint("received between 0 and units", name="received_within_pledged"),
        CheckConstraint("received + withdrawn <= units", name="received_not_withdrawn"),
        CheckConstraint("handed between 0 and received", name="handed_within_received"),
        CheckConstraint("handed <= reserved + fulfilled", name="handed_within_reserved"),
        CheckConstraint("fulfilled <= handed", name="confirmed_within_handed"),
        CheckConstraint("given_as in ('kind','cash')", name="given_as_known"),
        Index("ix_pledge_line_pledge_id", "pledge_id"),
        Index("ix_pledge_line_open", "kind_code", postgresql_where="state = 'open' and free > 0"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    pledge_id: Mapped[str] = mapped_column(ForeignKey("pledge.id"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("support_kind.code"))
    spec: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    given_as: Mapped[str]
    units: Mapped[int]
    unit_value: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="offered")
    free: Mapped[int]
    reserved: Mapped[int] = mapped_column(server_default="0")
    fulfilled: Mapped[int] = mapped_column(server_default="0")
    withdrawn: Mapped[int] = mapped_column(server_default="0")
    received: Mapped[int] = mapped_column(server_default="0")
    handed: Mapped[int] = mapped_column(server_default="0")
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    position: Mapped[int] = mapped_column(server_default="0")


class PromiseMovement(Base):
    """Units of a line going from one account of the promise to another; never changed.

    Accounts: pledged, free, reserved, handed, fulfilled, withdrawn. A line's `reserved` is the
    sum of reserved and handed here, its `handed` that of handed and fulfilled.
    """

    __tablename__ = "promise_movement"
    __table_args__ = (
        UniqueConstraint("cause", "cause_id", "step"),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("from_account <> to_account", name="accounts_differ"),
        CheckConstraint(
            "from_account in ('pledged','free','reserved','handed','fulfilled','withdrawn')"
            " and to_account in ('pledged','free','reserved','handed','fulfilled','withdrawn')",
            name="accounts_known",
        ),
        Index("ix_promise_movement_line_id", "line_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    line_id: Mapped[str] = mapped_column(ForeignKey("pledge_line.id"))
    from_account: Mapped[str]
    to_account: Mapped[str]
    units: Mapped[int]
    cause: Mapped[str]
    cause_id: Mapped[str]
    step: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
