"""The table of programmes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Programme(Base):
    """One drive. ward_code or province_code limit it; both absent means everywhere."""

    __tablename__ = "programme"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    theme: Mapped[str]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    aim_vi: Mapped[str]
    aim_en: Mapped[str]
    ward_code: Mapped[str | None] = mapped_column(ForeignKey("ward.code"))
    province_code: Mapped[str | None] = mapped_column(ForeignKey("province.code"))
    kinds: Mapped[list[str]] = mapped_column(JSONB)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    handover_from: Mapped[date | None]
    handover_to: Mapped[date | None]
    once_per_household: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]
