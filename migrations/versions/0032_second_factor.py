"""A second factor beside the password, its recovery codes, and sessions that wait for it."""

import sqlalchemy as sa
from alembic import op

revision = "0032_second_factor"
down_revision = "0033_channel_pauses"

KIND = "ck_account_proposal_kind_known"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk_recovery_code")),
    )
    op.add_column(
        "sign_in",
        sa.Column("needs_code", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.drop_constraint(op.f(KIND), "account_proposal")
    op.create_check_constraint(op.f(KIND), "account_proposal", "kind in ('open','role','factor')")


def downgrade() -> None:
    op.execute("delete from account_proposal where kind = 'factor'")
    op.drop_constraint(op.f(KIND), "account_proposal")
    op.create_check_constraint(op.f(KIND), "account_proposal", "kind in ('open','role')")
    op.drop_column("sign_in", "needs_code")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
