"""Which of the staff have said that a household is their own or their relatives'."""

import sqlalchemy as sa
from alembic import op

revision = "0050_kin"
down_revision = "0040_ward_pauses"

IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "kin",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_kin_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "household_id"],
            ["household.ward_code", "household.id"],
            name=op.f("fk_kin_ward_code_household"),
        ),
        sa.PrimaryKeyConstraint("household_id", "account_id", name=op.f("pk_kin")),
    )
    op.execute("alter table kin enable row level security")
    op.execute("alter table kin force row level security")
    op.execute(f"create policy ward_scope on kin {IN_SCOPE}")


def downgrade() -> None:
    op.drop_table("kin")
