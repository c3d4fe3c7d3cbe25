"""Runs that an urgent need asked for name it."""

import sqlalchemy as sa
from alembic import op

revision = "0048_need_arrivals"
down_revision = "0038_email_confirmation"


def upgrade() -> None:
    op.add_column("match_run", sa.Column("need_id", sa.String(), nullable=True))
    op.create_foreign_key(
        op.f("fk_match_run_need_id_need"), "match_run", "need", ["need_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_column("match_run", "need_id")
