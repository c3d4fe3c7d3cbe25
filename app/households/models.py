"""Tables of households. All are protected: the database shows a ward's rows to its staff only."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Household(Base):
    """A household of one ward, known by the name of its head.

    sort_key and search_text are computed in Python from the head's name (kernel.vietnamese);
    address, phone and note are encrypted. `size` is how many people are said to live there, whether
    or not each is written down. `version` refuses a change of what was not read.
    """

    __tablename__ = "household"
    __table_args__ = (
        UniqueConstraint("ward_code", "id"),
        UniqueConstraint("ward_code", "own_code"),
        ForeignKeyConstraint(
            ["ward_code", "group_id"],
            ["residential_group.ward_code", "residential_group.id"],
        ),
        CheckConstraint("state in ('active','moved-away','merged','erased')", name="state_known"),
        CheckConstraint("size between 1 and 30", name="size_possible"),
        Index("ix_household_page", "ward_code", "sort_key", "id"),
        Index(
            "ix_household_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        Index("ix_household_phone_index", "ward_code", "phone_index"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    own_code: Mapped[str | None]
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    group_id: Mapped[str | None]
    head_name: Mapped[str]
    sort_key: Mapped[str]
    search_text: Mapped[str]
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_tail: Mapped[str | None]
    size: Mapped[int | None]
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(server_default="active")
    import_id: Mapped[str | None]
    created_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")


class Member(Base):
    """A person of a household. The citizen number is encrypted and found by a keyed digest."""

    __tablename__ = "member"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "household_id"], ["household.ward_code", "household.id"]
        ),
        UniqueConstraint("ward_code", "id"),
        # Per ward: across wards a refusal would tell one ward whom another knows.
        Index(
            "uq_member_ward_code_citizen_index",
            "ward_code",
            "citizen_index",
            unique=True,
            postgresql_where="citizen_index is not null and left_on is null",
        ),
        CheckConstraint("sex in ('male','female')", name="sex_known"),
        CheckConstraint("birth_year between 1900 and 2100", name="birth_year_possible"),
        Index("ix_member_household_id", "household_id"),
        Index("ix_member_twin", "ward_code", "folded_name", "birth_year"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str]
    household_id: Mapped[str]
    name: Mapped[str]
    folded_name: Mapped[str]
    sort_key: Mapped[str]
    sex: Mapped[str | None]
    birth_year: Mapped[int | None]
    born_on: Mapped[date | None]
    relation: Mapped[str | None]
    is_head: Mapped[bool] = mapped_column(server_default="false")
    citizen_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    citizen_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    citizen_tail: Mapped[str | None]
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]


class Standing(Base):
    """A verified fact about a household or one member: its class, a disability, an age group.

    `kind` is from households.rules; `facts` holds the measured details (degree, size). A fact
    has a source, a verifier, an approver and an expiry; only approved ones open doors.
    """

    __tablename__ = "standing"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "household_id"], ["household.ward_code", "household.id"]
        ),
        ForeignKeyConstraint(["ward_code", "member_id"], ["member.ward_code", "member.id"]),
        UniqueConstraint("ward_code", "id"),
        CheckConstraint(
            "state in ('submitted','verified','approved','rejected','ended')", name="state_known"
        ),
        CheckConstraint(
            "state <> 'approved' or (approved_by is not null and verified_by is not null"
            " and approved_by <> verified_by and approved_by <> created_by)",
            name="four_eyes",
        ),
        CheckConstraint(
            "verified_by is null or light or verified_by <> created_by", name="verifier_is_another"
        ),
        Index("ix_standing_household_id", "household_id"),
        Index("ix_standing_queue", "ward_code", "state", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str]
    household_id: Mapped[str]
    member_id: Mapped[str | None]
    kind: Mapped[str]
    facts: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    source: Mapped[str]
    light: Mapped[bool] = mapped_column(server_default="false")
    state: Mapped[str] = mapped_column(server_default="submitted")
    created_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    verified_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    verified_at: Mapped[datetime | None]
    visited_on: Mapped[date | None]
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    returned_reason: Mapped[str | None]


class Consent(Base):
    """What a person agreed to, how it was given, and when it was taken back (Law 91/2025)."""

    __tablename__ = "consent"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "household_id"], ["household.ward_code", "household.id"]
        ),
        CheckConstraint(
            "purpose in ('keep-record','show-anonymous-card','share-with-donor','photo','message')",
            name="purpose_known",
        ),
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


class Kin(Base):
    """One of the staff who has said that a household is their own or their relatives'."""

    __tablename__ = "kin"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "household_id"], ["household.ward_code", "household.id"]
        ),
    )

    household_id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    ward_code: Mapped[str]
    declared_at: Mapped[datetime]


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
