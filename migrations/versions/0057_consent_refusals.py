"""A household that was asked and said no is told apart from one that was not asked."""

import sqlalchemy as sa
from alembic import op

revision = "0057_consent_refusals"
down_revision = "0055_household_merge"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "consent", sa.Column("refused", sa.Boolean(), server_default="false", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_consent_refusal_never_in_force"),
        "consent",
        "not refused or withdrawn_at = given_at",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_consent_refusal_never_in_force"), "consent")
    op.drop_column("consent", "refused")
