"""Who let a channel pause, and why, where it was a person."""

import sqlalchemy as sa
from alembic import op

revision = "0033_channel_pauses"
down_revision = "0028_nightly_provinces"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("channel_trouble", sa.Column("paused_by_id", sa.String(), nullable=True))
    op.add_column("channel_trouble", sa.Column("reason", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("channel_trouble", "reason")
    op.drop_column("channel_trouble", "paused_by_id")
