"""Runs over whole provinces: a run's parts, one a province and kind, and the quotas before them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014_match_shards"
down_revision = "0016_channels"

TRIGGERS = "trigger in ('pledge','need','ward','nightly','province')"
PROPOSALS_GO = (
    "delete from proposal where run_id in (select id from match_run where ward_code is null)"
)
UNMATCHED_GO = (
    "delete from unmatched where run_id in (select id from match_run where ward_code is null)"
)
OLD_TRIGGERS = "trigger in ('pledge','need','ward','nightly')"


def upgrade() -> None:
    op.alter_column("match_run", "ward_code", nullable=True)
    op.add_column(
        "match_run",
        sa.Column("provinces", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False),
    )
    op.drop_constraint("ck_match_run_trigger_known", "match_run")
    op.create_check_constraint(op.f("ck_match_run_trigger_known"), "match_run", TRIGGERS)
    op.create_check_constraint(
        op.f("ck_match_run_one_scope"),
        "match_run",
        "(ward_code is null) = (cardinality(provinces) > 0)",
    )
    op.create_index(
        "uq_match_run_provinces_under_way",
        "match_run",
        ["provinces"],
        unique=True,
        postgresql_where="state in ('pending','running') and cardinality(provinces) > 0",
    )
    _shards()
    _quotas()


def _shards() -> None:
    op.create_table(
        "match_shard",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=True),
        sa.Column("kind_code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("plan_digest", sa.String(), nullable=True),
        sa.Column("engine", sa.String(), nullable=True),
        sa.Column("certified", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("proposals", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unmatched", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "figures", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting','running','done','failed')",
            name=op.f("ck_match_shard_state_known"),
        ),
        sa.CheckConstraint(
            "state <> 'done' or certified", name=op.f("ck_match_shard_done_is_certified")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_match_shard_run_id_match_run")
        ),
        sa.ForeignKeyConstraint(
            ["province_code"], ["province.code"], name=op.f("fk_match_shard_province_code_province")
        ),
        sa.ForeignKeyConstraint(
            ["kind_code"], ["support_kind.code"], name=op.f("fk_match_shard_kind_code_support_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_shard")),
    )
    op.create_index(
        "uq_match_shard_part",
        "match_shard",
        ["run_id", "kind_code", sa.text("coalesce(province_code, '')")],
        unique=True,
    )


def _quotas() -> None:
    op.create_table(
        "match_quota",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("pledge_line_id", sa.String(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_match_quota_units_positive")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_match_quota_run_id_match_run")
        ),
        sa.ForeignKeyConstraint(
            ["province_code"], ["province.code"], name=op.f("fk_match_quota_province_code_province")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_line_id"],
            ["pledge_line.id"],
            name=op.f("fk_match_quota_pledge_line_id_pledge_line"),
        ),
        sa.PrimaryKeyConstraint(
            "run_id", "province_code", "pledge_line_id", name=op.f("pk_match_quota")
        ),
    )


def downgrade() -> None:
    op.drop_table("match_quota")
    op.drop_table("match_shard")
    # Runs over provinces have no place in the older tables: what they proposed goes with them.
    op.execute(PROPOSALS_GO)
    op.execute(UNMATCHED_GO)
    op.execute("delete from match_run where ward_code is null")
    op.drop_index("uq_match_run_provinces_under_way", table_name="match_run")
    op.drop_constraint("ck_match_run_one_scope", "match_run")
    op.drop_constraint("ck_match_run_trigger_known", "match_run")
    op.create_check_constraint(op.f("ck_match_run_trigger_known"), "match_run", OLD_TRIGGERS)
    op.drop_column("match_run", "provinces")
    op.alter_column("match_run", "ward_code", nullable=False)
