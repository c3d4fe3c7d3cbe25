"""A declaration of kin can be ended by another person, with a reason; it stays in the history."""

import sqlalchemy as sa
from alembic import op

revision = "0059_kin_ends"
down_revision = "0058_rule_of_ten"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_constraint(op.f("pk_kin"), "kin")
    op.add_column("kin", sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False))
    op.create_primary_key(op.f("pk_kin"), "kin", ["id"])
    op.add_column("kin", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("kin", sa.Column("ended_by", sa.String(), nullable=True))
    op.add_column("kin", sa.Column("ended_reason", sa.String(), nullable=True))
    op.create_foreign_key(op.f("fk_kin_ended_by_account"), "kin", "account", ["ended_by"], ["id"])
    op.create_check_constraint(op.f("ck_kin_ended_by_another"), "kin", "ended_by <> account_id")
    op.create_check_constraint(
        op.f("ck_kin_end_has_reason"),
        "kin",
        "(ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_reason is null)",
    )
    op.create_index(
        "uq_kin_said",
        "kin",
        ["household_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    op.execute("delete from kin where ended_at is not null")
    op.drop_index("uq_kin_said", "kin")
    op.drop_constraint(op.f("ck_kin_end_has_reason"), "kin")
    op.drop_constraint(op.f("ck_kin_ended_by_another"), "kin")
    for column in ("ended_reason", "ended_by", "ended_at"):
        op.drop_column("kin", column)
    op.drop_constraint(op.f("pk_kin"), "kin")
    op.drop_column("kin", "id")
    op.create_primary_key(op.f("pk_kin"), "kin", ["household_id", "account_id"])
