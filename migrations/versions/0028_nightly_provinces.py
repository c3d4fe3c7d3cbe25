"""Provinces of which all wards are matched together each night, because their office asked."""

import sqlalchemy as sa
from alembic import op

revision = "0028_nightly_provinces"
down_revision = "0027_account_proposals"


def upgrade() -> None:
    op.create_table(
        "nightly_province",
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code"],
            ["province.code"],
            name=op.f("fk_nightly_province_province_code_province"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_nightly_province_asked_by_account")
        ),
        sa.PrimaryKeyConstraint("province_code", name=op.f("pk_nightly_province")),
    )
    op.create_index("ix_run_snapshot_created_at", "run_snapshot", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_run_snapshot_created_at", table_name="run_snapshot")
    op.drop_table("nightly_province")
