"""What runs saw, kept for replays, and comparisons of two policies over it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022_policy_comparison"
down_revision = "0023_project_money"

IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "run_snapshot",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_run_snapshot_run_id_match_run")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_snapshot")),
    )
    op.create_table(
        "policy_comparison",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("against", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "result", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_policy_comparison_run_id_match_run")
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["policy.version"], name=op.f("fk_policy_comparison_version_policy")
        ),
        sa.ForeignKeyConstraint(
            ["against"], ["policy.version"], name=op.f("fk_policy_comparison_against_policy")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["account.id"], name=op.f("fk_policy_comparison_requested_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_comparison")),
    )
    for table in ("run_snapshot", "policy_comparison"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy ward_scope on {table} {IN_SCOPE}")


def downgrade() -> None:
    op.drop_table("policy_comparison")
    op.drop_table("run_snapshot")
