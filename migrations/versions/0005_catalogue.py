"""Support kinds and programmes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_catalogue"
down_revision = "0004_accounts"


def upgrade() -> None:
    op.create_table(
        "support_kind",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label_vi", sa.String(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("unit_vi", sa.String(), nullable=False),
        sa.Column("unit_en", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("icon", sa.String(), nullable=False),
        sa.Column("reference_value", sa.BigInteger(), nullable=False),
        sa.Column("max_units", sa.BigInteger(), nullable=False),
        sa.Column("repeat_after_days", sa.BigInteger(), nullable=False),
        sa.Column("one_per_household", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("spec_fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fit", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "model in ('units','item','place','project')", name=op.f("ck_support_kind_model_known")
        ),
        sa.CheckConstraint("reference_value >= 0", name=op.f("ck_support_kind_value_not_negative")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_support_kind")),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("aim_vi", sa.String(), nullable=False),
        sa.Column("aim_en", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=True),
        sa.Column("province_code", sa.String(), nullable=True),
        sa.Column("kinds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("handover_from", sa.Date(), nullable=True),
        sa.Column("handover_to", sa.Date(), nullable=True),
        sa.Column("once_per_household", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_programme_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["province_code"], ["province.code"], name=op.f("fk_programme_province_code_province")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_programme_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
    )


def downgrade() -> None:
    op.drop_table("programme")
    op.drop_table("support_kind")
