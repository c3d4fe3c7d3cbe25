"""Tables of appointments, handovers and confirmations; protected by ward."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class HandoverDay(Base):
    """A time and a place at which a ward hands over: a distribution morning or a home round."""

    __tablename__ = "handover_day"
    __table_args__ = (
        CheckConstraint("state in ('planned','open','closed','cancelled')", name="state_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_handover_day_ward_code", "ward_code", "starts_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    title: Mapped[str]
    place: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="planned")
    created_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")


class Appointment(Base):
    """One allocation's place on a handover day, with the code its people bring."""

    __tablename__ = "appointment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "allocation_id"], ["allocation.ward_code", "allocation.id"]
        ),
        CheckConstraint(
            "state in ('invited','changed','done','missed','cancelled')", name="state_known"
        ),
        Index(
            "uq_appointment_live_allocation",
            "allocation_id",
            unique=True,
            postgresql_where="state in ('invited','changed')",
        ),
        Index("ix_appointment_day_id", "day_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    ward_code: Mapped[str]
    day_id: Mapped[str] = mapped_column(ForeignKey("handover_day.id"))
    allocation_id: Mapped[str]
    slot_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="invited")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class HandoverLine(Base):
    """Units of an allocation given at a moment, to the household or to its proxy."""

    __tablename__ = "handover_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "allocation_id"], ["allocation.ward_code", "allocation.id"]
        ),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("received_by in ('household','proxy')", name="receiver_known"),
        CheckConstraint(
            "received_by = 'household' or (proxy_name is not null and proxy_relation is not null)",
            name="proxy_is_named",
        ),
        CheckConstraint(
            "not reversed or (reversed_by is not null and reversed_reason is not null)",
            name="reversal_has_reason",
        ),
        Index("ix_handover_line_allocation_id", "allocation_id"),
        Index("ix_handover_line_ward_code", "ward_code", "handed_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str]
    appointment_id: Mapped[str | None] = mapped_column(ForeignKey("appointment.id"))
    allocation_id: Mapped[str]
    units: Mapped[int]
    value_dong: Mapped[int]
    received_by: Mapped[str]
    proxy_name: Mapped[str | None]
    proxy_relation: Mapped[str | None]
    handed_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    handed_at: Mapped[datetime]
    reversed: Mapped[bool] = mapped_column(server_default="false")
    reversed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    reversed_at: Mapped[datetime | None]
    reversed_reason: Mapped[str | None]


class Confirmation(Base):
    """A second person's word that the units of an allocation arrived."""

    __tablename__ = "confirmation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "allocation_id"], ["allocation.ward_code", "allocation.id"]
        ),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("method in ('signed-list','phone-call','visit')", name="method_known"),
        Index("ix_confirmation_allocation_id", "allocation_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str]
    allocation_id: Mapped[str]
    units: Mapped[int]
    method: Mapped[str]
    confirmed_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime]
