"""Households, members, standings and imports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_households"
down_revision = "0005_catalogue"

# The sub-select is evaluated once a statement, not once a row (TRUST.md, 4.3). An empty or
# missing setting shows nothing.
IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    op.create_table(
        "household_import",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("file_digest", sa.LargeBinary(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), server_default="uploaded", nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column(
            "counts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('uploaded','checked','refused','committing','committed','undone')",
            name=op.f("ck_household_import_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_household_import_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_household_import_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_household_import_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_import")),
        sa.UniqueConstraint(
            "ward_code", "number", name=op.f("uq_household_import_ward_code_number")
        ),
    )
    op.create_index(
        "ix_household_import_ward_code",
        "household_import",
        ["ward_code", "created_at"],
        unique=False,
    )
    op.create_table(
        "household",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("own_code", sa.String(), nullable=True),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("head_name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("phone_tail", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), server_default="active", nullable=False),
        sa.Column("import_id", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state in ('active','moved-away','merged','erased')",
            name=op.f("ck_household_state_known"),
        ),
        sa.CheckConstraint("size between 1 and 30", name=op.f("ck_household_size_possible")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_household_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "group_id"],
            ["residential_group.ward_code", "residential_group.id"],
            name=op.f("fk_household_ward_code_group_id_residential_group"),
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_household_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("code", name=op.f("uq_household_code")),
        sa.UniqueConstraint("ward_code", "id", name=op.f("uq_household_ward_code_id")),
        sa.UniqueConstraint("ward_code", "own_code", name=op.f("uq_household_ward_code_own_code")),
    )
    op.create_index("ix_household_page", "household", ["ward_code", "sort_key", "id"], unique=False)
    op.create_index(
        "ix_household_phone_index", "household", ["ward_code", "phone_index"], unique=False
    )
    op.create_index(
        "ix_household_search_text",
        "household",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_table(
        "import_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("household_id", sa.String(), nullable=True),
        sa.CheckConstraint(
            "decision in ('take','leave')", name=op.f("ck_import_row_decision_known")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["household_import.id"],
            name=op.f("fk_import_row_import_id_household_import"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint(
            "import_id", "sheet", "row", name=op.f("uq_import_row_import_id_sheet_row")
        ),
    )
    op.create_index(
        "ix_import_row_verdict", "import_row", ["import_id", "verdict", "id"], unique=False
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "method in ('paper','witnessed','electronic')", name=op.f("ck_consent_method_known")
        ),
        sa.CheckConstraint(
            "purpose in ('keep-record','show-anonymous-card','share-with-donor','photo','message')",
            name=op.f("ck_consent_purpose_known"),
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["account.id"], name=op.f("fk_consent_taken_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "household_id"],
            ["household.ward_code", "household.id"],
            name=op.f("fk_consent_ward_code_household_id_household"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_household_id", "consent", ["household_id", "purpose"], unique=False)
    op.create_table(
        "member",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("birth_year", sa.BigInteger(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("relation", sa.String(), nullable=True),
        sa.Column("is_head", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("citizen_number", sa.LargeBinary(), nullable=True),
        sa.Column("citizen_index", sa.LargeBinary(), nullable=True),
        sa.Column("citizen_tail", sa.String(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint("sex in ('male','female')", name=op.f("ck_member_sex_known")),
        sa.CheckConstraint(
            "birth_year between 1900 and 2100", name=op.f("ck_member_birth_year_possible")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "household_id"],
            ["household.ward_code", "household.id"],
            name=op.f("fk_member_ward_code_household_id_household"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("ward_code", "id", name=op.f("uq_member_ward_code_id")),
    )
    op.create_index("ix_member_household_id", "member", ["household_id"], unique=False)
    op.create_index(
        "ix_member_twin", "member", ["ward_code", "folded_name", "birth_year"], unique=False
    )
    op.create_index(
        "uq_member_ward_code_citizen_index",
        "member",
        ["ward_code", "citizen_index"],
        unique=True,
        postgresql_where="citizen_index is not null and left_on is null",
    )
    op.create_table(
        "standing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("light", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("state", sa.String(), server_default="submitted", nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("verified_by", sa.String(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("returned_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state <> 'approved' or (approved_by is not null and verified_by is not null and approved_by <> verified_by and approved_by <> created_by)",
            name=op.f("ck_standing_four_eyes"),
        ),
        sa.CheckConstraint(
            "state in ('submitted','verified','approved','rejected','ended')",
            name=op.f("ck_standing_state_known"),
        ),
        sa.CheckConstraint(
            "verified_by is null or light or verified_by <> created_by",
            name=op.f("ck_standing_verifier_is_another"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_standing_approved_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_standing_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["account.id"], name=op.f("fk_standing_verified_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "household_id"],
            ["household.ward_code", "household.id"],
            name=op.f("fk_standing_ward_code_household_id_household"),
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "member_id"],
            ["member.ward_code", "member.id"],
            name=op.f("fk_standing_ward_code_member_id_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
        sa.UniqueConstraint("ward_code", "id", name=op.f("uq_standing_ward_code_id")),
    )
    op.create_index("ix_standing_household_id", "standing", ["household_id"], unique=False)
    op.create_index(
        "ix_standing_queue", "standing", ["ward_code", "state", "created_at"], unique=False
    )
    for table in ("household", "member", "standing", "consent", "household_import", "import_row"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy ward_scope on {table} {IN_SCOPE}")


def downgrade() -> None:
    op.drop_table("standing")
    op.drop_table("member")
    op.drop_table("consent")
    op.drop_table("import_row")
    op.drop_table("household")
    op.drop_table("household_import")
