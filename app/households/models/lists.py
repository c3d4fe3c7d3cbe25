"""Spreadsheets on their way into a ward's book, and their rows; protected by ward."""

from datetime import datetime

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


class HouseholdImport(Base):
    """One spreadsheet on its way in: uploaded, checked, committed, perhaps undone."""

    __tablename__ = "household_import"
    __table_args__ = (
        CheckConstraint(
            "state in ('uploaded','checked','refused','committing','committed','undone')",
            name="state_known",
        ),
        UniqueConstraint("ward_code", "number"),
        Index("ix_household_import_ward_code", "ward_code", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    number: Mapped[int | None]
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    file_digest: Mapped[bytes] = mapped_column(LargeBinary)
    job_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default="uploaded")
    refusal: Mapped[str | None]
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    created_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    committed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportRow(Base):
    """One row of an import with its verdict; what it holds is encrypted.

    decision: what an officer said of a possible duplicate, "take" or "leave"; none takes the
    rows that are good by themselves.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("import_id", "sheet", "row"),
        CheckConstraint("decision in ('take','leave')", name="decision_known"),
        Index("ix_import_row_verdict", "import_id", "verdict", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    import_id: Mapped[str] = mapped_column(ForeignKey("household_import.id"))
    ward_code: Mapped[str]
    sheet: Mapped[str]
    row: Mapped[int]
    verdict: Mapped[str]
    reasons: Mapped[list[dict[str, object]]] = mapped_column(JSONB)
    draft: Mapped[bytes] = mapped_column(LargeBinary)
    decision: Mapped[str | None]
    household_id: Mapped[str | None]
