"""What people typed when their session had ended, sealed and kept for an hour."""

import sqlalchemy as sa
from alembic import op

revision = "0021_kept_forms"
down_revision = "0018_policy_versions"


def upgrade() -> None:
    op.create_table(
        "kept_form",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("account_id", "page", name=op.f("pk_kept_form")),
    )


def downgrade() -> None:
    op.drop_table("kept_form")
