"""Tables of households, their people, the facts about them, and the merges of two into one."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
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
    or not each is written down. `version` refuses a change of what was not read. merged_into: the
    household that it turned out to be, and that holds what it had.
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
        ForeignKeyConstraint(
            ["ward_code", "merged_into"],
            ["household.ward_code", "household.id"],
            name="fk_household_merged_into",
        ),
        CheckConstraint("(state = 'merged') = (merged_into is not null)", name="merged_has_place"),
        CheckConstraint("merged_into <> id", name="merged_into_another"),
        Index(
            "ix_household_merged_into", "merged_into", postgresql_where="merged_into is not null"
        ),
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
    merged_into: Mapped[str | None]
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


class HouseholdMerge(Base):
    """A proposal that two households are one, and what became of it.

    choices: for each field whose value stays, "kept" or "closed". moved: once it is done, the ids
    of what went over, by noun, and the pairs of people who were found to be one.
    """

    __tablename__ = "household_merge"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ward_code", "kept_id"],
            ["household.ward_code", "household.id"],
            name="fk_household_merge_kept",
        ),
        ForeignKeyConstraint(
            ["ward_code", "closed_id"],
            ["household.ward_code", "household.id"],
            name="fk_household_merge_closed",
        ),
        CheckConstraint("kept_id <> closed_id", name="two_households"),
        CheckConstraint("state in ('asked','done','declined','taken-back')", name="state_known"),
        CheckConstraint(
            "state <> 'done' or (decided_by is not null and decided_by <> prepared_by)",
            name="four_eyes",
        ),
        Index("ix_household_merge_kept_id", "kept_id"),
        Index("ix_household_merge_closed_id", "closed_id"),
        Index(
            "ix_household_merge_asked",
            "ward_code",
            "prepared_at",
            postgresql_where="state = 'asked'",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    kept_id: Mapped[str]
    closed_id: Mapped[str]
    choices: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="asked")
    prepared_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    prepared_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_reason: Mapped[str | None]
    moved: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
