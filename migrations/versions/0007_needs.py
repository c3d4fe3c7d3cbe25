"""Needs and their public cards."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_needs"
down_revision = "0006_households"

# The sub-select is evaluated once a statement, not once a row (TRUST.md, 4.3). An empty or
# missing setting shows nothing.
IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    op.create_table(
        "need",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=True),
        sa.Column("standing_id", sa.String(), nullable=True),
        sa.Column("kind_code", sa.String(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=True),
        sa.Column(
            "spec", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("covered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("handed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost_dong", sa.BigInteger(), nullable=False),
        sa.Column("urgency", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("story", sa.LargeBinary(), nullable=True),
        sa.Column(
            "evidence", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("light", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("verified_by", sa.String(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_reason", sa.String(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state in ('draft','submitted','verified','approved','closed','rejected','suspended','expired','withdrawn')",
            name=op.f("ck_need_state_known"),
        ),
        sa.CheckConstraint(
            "state not in ('approved','closed','suspended','expired') or (approved_by is not null and approved_by <> verified_by and approved_by <> created_by)",
            name=op.f("ck_need_four_eyes"),
        ),
        sa.CheckConstraint("cost_dong >= 0", name=op.f("ck_need_cost_not_negative")),
        sa.CheckConstraint(
            "covered between 0 and units", name=op.f("ck_need_covered_within_units")
        ),
        sa.CheckConstraint(
            "handed between 0 and covered", name=op.f("ck_need_handed_within_covered")
        ),
        sa.CheckConstraint("units > 0", name=op.f("ck_need_units_positive")),
        sa.CheckConstraint("urgency between 0 and 3", name=op.f("ck_need_urgency_known")),
        sa.CheckConstraint(
            "verified_by is null or light or verified_by <> created_by",
            name=op.f("ck_need_verifier_is_another"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_need_approved_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_need_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["kind_code"], ["support_kind.code"], name=op.f("fk_need_kind_code_support_kind")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_need_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["account.id"], name=op.f("fk_need_verified_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "household_id"],
            ["household.ward_code", "household.id"],
            name=op.f("fk_need_ward_code_household_id_household"),
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "member_id"],
            ["member.ward_code", "member.id"],
            name=op.f("fk_need_ward_code_member_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "standing_id"],
            ["standing.ward_code", "standing.id"],
            name=op.f("fk_need_ward_code_standing_id_standing"),
        ),
        sa.ForeignKeyConstraint(["ward_code"], ["ward.code"], name=op.f("fk_need_ward_code_ward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("code", name=op.f("uq_need_code")),
        sa.UniqueConstraint("ward_code", "id", name=op.f("uq_need_ward_code_id")),
    )
    op.create_index("ix_need_household_id", "need", ["household_id"], unique=False)
    op.create_index(
        "ix_need_open",
        "need",
        ["kind_code", "ward_code"],
        unique=False,
        postgresql_where="state = 'approved'",
    )
    op.create_index("ix_need_queue", "need", ["ward_code", "state", "created_at"], unique=False)
    op.create_table(
        "need_card",
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("kind_code", sa.String(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("age_band", sa.String(), nullable=True),
        sa.Column(
            "groups", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column(
            "spec", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("covered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost_dong", sa.BigInteger(), nullable=False),
        sa.Column("urgency", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("story", sa.String(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("verified_by_role", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["kind_code"], ["support_kind.code"], name=op.f("fk_need_card_kind_code_support_kind")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_card_need_id_need")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_need_card_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_need_card_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("need_id", name=op.f("pk_need_card")),
        sa.UniqueConstraint("code", name=op.f("uq_need_card_code")),
    )
    op.create_index(
        "ix_need_card_board",
        "need_card",
        ["posted_at", "need_id"],
        unique=False,
        postgresql_where="is_open",
    )
    op.create_index(
        "ix_need_card_kind",
        "need_card",
        ["kind_code", "ward_code"],
        unique=False,
        postgresql_where="is_open",
    )
    op.create_index(
        "ix_need_card_urgent",
        "need_card",
        [sa.literal_column("urgency desc"), "verified_on", "need_id"],
        unique=False,
        postgresql_where="is_open",
    )
    op.create_index(
        "ix_need_card_ward",
        "need_card",
        ["ward_code", "posted_at"],
        unique=False,
        postgresql_where="is_open",
    )
    for table in ("need",):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy ward_scope on {table} {IN_SCOPE}")


def downgrade() -> None:
    op.drop_table("need_card")
    op.drop_table("need")
