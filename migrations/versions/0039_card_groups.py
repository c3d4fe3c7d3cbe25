"""The residential group of who holds an insurance card, whose head calls if no channel does."""

import sqlalchemy as sa
from alembic import op

revision = "0039_card_groups"
down_revision = "0050_kin"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("insurance_card", sa.Column("group_id", sa.String(), nullable=True))
    op.create_foreign_key(
        op.f("fk_insurance_card_group_id_residential_group"),
        "insurance_card",
        "residential_group",
        ["group_id"],
        ["id"],
    )


def downgrade() -> None:
    op.drop_column("insurance_card", "group_id")
