"""Tables of places. Names are stored with their sort key and their accent-free search text."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Province(Base):
    """One of the 34 provinces and cities; `code` has two digits."""

    __tablename__ = "province"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    sort_key: Mapped[str]


class Ward(Base):
    """A commune-level unit; `code` has five digits. Its centre serves maps."""

    __tablename__ = "ward"
    __table_args__ = (
        CheckConstraint("code ~ '^[0-9]{5}$'", name="code_five_digits"),
        Index(
            "ix_ward_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    sort_key: Mapped[str]
    search_text: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class ResidentialGroup(Base):
    """A tổ dân phố, thôn, ấp, bản or khóm of a ward, known by the name its people use."""

    __tablename__ = "residential_group"
    __table_args__ = (
        UniqueConstraint("ward_code", "folded_name", "valid_from"),
        UniqueConstraint("ward_code", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    kind: Mapped[str]
    name: Mapped[str]
    folded_name: Mapped[str]
    sort_key: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
