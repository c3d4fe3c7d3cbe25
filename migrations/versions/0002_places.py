"""Provinces, wards and residential groups."""

import sqlalchemy as sa
from alembic import op

revision = "0002_places"
down_revision = "0001_infra"


def upgrade() -> None:
    op.execute("create extension if not exists pg_trgm")
    op.create_table(
        "province",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_province")),
    )
    op.create_table(
        "ward",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.CheckConstraint("code ~ '^[0-9]{5}$'", name=op.f("ck_ward_code_five_digits")),
        sa.ForeignKeyConstraint(
            ["province_code"], ["province.code"], name=op.f("fk_ward_province_code_province")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ward")),
    )
    op.create_index(op.f("ix_ward_province_code"), "ward", ["province_code"], unique=False)
    op.create_index(
        "ix_ward_search_text",
        "ward",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_table(
        "residential_group",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_residential_group_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residential_group")),
        sa.UniqueConstraint(
            "ward_code",
            "folded_name",
            "valid_from",
            name=op.f("uq_residential_group_ward_code_folded_name_valid_from"),
        ),
        sa.UniqueConstraint("ward_code", "id", name=op.f("uq_residential_group_ward_code_id")),
    )


def downgrade() -> None:
    op.drop_table("residential_group")
    op.drop_table("ward")
    op.drop_table("province")
