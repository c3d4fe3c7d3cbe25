"""The lower rungs of the ladder: tries to tell somebody in person, slips, loudspeakers."""

import sqlalchemy as sa
from alembic import op

revision = "0026_ladder"
down_revision = "0024_campaigns"

IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "notice", sa.Column("misses", sa.BigInteger(), server_default="0", nullable=False)
    )
    for name in ("printed_at", "announced_at"):
        op.add_column("notice", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_notice_misses_counted"), "notice", "misses >= 0")
    op.create_index(
        "ix_notice_group_id", "notice", ["group_id"], postgresql_where="read_at is null"
    )
    _steps()


def _steps() -> None:
    op.create_table(
        "notice_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome in ('told','missed','printed','announced')",
            name=op.f("ck_notice_step_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
            name=op.f("fk_notice_step_notice_id_notice"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_step")),
    )
    op.create_index("ix_notice_step_notice_id", "notice_step", ["notice_id"])
    op.create_index(
        "ix_notice_step_batch", "notice_step", ["batch"], postgresql_where="batch is not null"
    )
    op.execute("alter table notice_step enable row level security")
    op.execute("alter table notice_step force row level security")
    op.execute(f"create policy ward_scope on notice_step {IN_SCOPE}")


def downgrade() -> None:
    op.drop_table("notice_step")
    op.drop_index("ix_notice_group_id", table_name="notice")
    op.drop_constraint(op.f("ck_notice_misses_counted"), "notice")
    for name in ("announced_at", "printed_at", "misses"):
        op.drop_column("notice", name)
