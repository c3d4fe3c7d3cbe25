"""A channel that pauses for one ward, as its staff decided."""

import sqlalchemy as sa
from alembic import op

revision = "0040_ward_pauses"
down_revision = "0047_sign_in_code"

IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "ward_pause",
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_by_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "channel in ('email','sms','zalo')", name=op.f("ck_ward_pause_channel_known")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_ward_pause_ward_code_ward")
        ),
        sa.ForeignKeyConstraint(
            ["paused_by_id"], ["account.id"], name=op.f("fk_ward_pause_paused_by_id_account")
        ),
        sa.PrimaryKeyConstraint("ward_code", "channel", name=op.f("pk_ward_pause")),
    )
    op.execute("alter table ward_pause enable row level security")
    op.execute("alter table ward_pause force row level security")
    op.execute(f"create policy ward_scope on ward_pause {IN_SCOPE}")


def downgrade() -> None:
    op.drop_table("ward_pause")
