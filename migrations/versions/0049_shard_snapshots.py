"""What the parts of a run over provinces saw, for those who see all wards of the province."""

import sqlalchemy as sa
from alembic import op

revision = "0049_shard_snapshots"
down_revision = "0048_need_arrivals"

NOW = sa.text("now()")
WHOLE_PROVINCE = (
    "using (current_setting('nc.wards', true) = '*' or not exists (select from ward w"
    " where w.province_code = shard_snapshot.province_code and w.code <> all"
    " (string_to_array(current_setting('nc.wards', true), ','))))"
)


def upgrade() -> None:
    op.create_table(
        "shard_snapshot",
        sa.Column("shard_id", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["shard_id"], ["match_shard.id"], name=op.f("fk_shard_snapshot_shard_id_match_shard")
        ),
        sa.ForeignKeyConstraint(
            ["province_code"],
            ["province.code"],
            name=op.f("fk_shard_snapshot_province_code_province"),
        ),
        sa.PrimaryKeyConstraint("shard_id", name=op.f("pk_shard_snapshot")),
    )
    op.create_index(op.f("ix_shard_snapshot_created_at"), "shard_snapshot", ["created_at"])
    op.execute("alter table shard_snapshot enable row level security")
    op.execute("alter table shard_snapshot force row level security")
    op.execute(f"create policy province_scope on shard_snapshot {WHOLE_PROVINCE}")


def downgrade() -> None:
    op.drop_table("shard_snapshot")
