"""Why a version of the policy was proposed and when it was approved."""

import sqlalchemy as sa
from alembic import op

revision = "0018_policy_versions"
down_revision = "0017_sending_hold"


def upgrade() -> None:
    op.add_column("policy", sa.Column("reason", sa.String(), nullable=True))
    op.add_column("policy", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("policy", "approved_at")
    op.drop_column("policy", "reason")
