"""Policies, runs, proposals and allocations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_matching"
down_revision = "0009_stock"

# The sub-select is evaluated once a statement, not once a row (TRUST.md, 4.3). An empty or
# missing setting shows nothing.
IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    op.create_table(
        "policy",
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("approved_by <> created_by", name=op.f("ck_policy_approved_by_another")),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_policy_approved_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_policy_created_by_account")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy")),
    )
    op.create_table(
        "match_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("pledge_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), server_default="pending", nullable=False),
        sa.Column("policy_version", sa.BigInteger(), nullable=False),
        sa.Column("engine", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("certified", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "figures", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state <> 'ready' or certified", name=op.f("ck_match_run_ready_is_certified")
        ),
        sa.CheckConstraint(
            "state in ('pending','running','ready','failed','superseded','cancelled')",
            name=op.f("ck_match_run_state_known"),
        ),
        sa.CheckConstraint(
            "trigger in ('pledge','need','ward','nightly')", name=op.f("ck_match_run_trigger_known")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledge.id"], name=op.f("fk_match_run_pledge_id_pledge")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version"], ["policy.version"], name=op.f("fk_match_run_policy_version_policy")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["account.id"], name=op.f("fk_match_run_requested_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_match_run_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_run")),
    )
    op.create_index(
        "ix_match_run_ward_code", "match_run", ["ward_code", "created_at"], unique=False
    )
    op.create_index(
        "uq_match_run_under_way",
        "match_run",
        ["ward_code"],
        unique=True,
        postgresql_where="state in ('pending','running') and trigger in ('ward','nightly')",
    )
    op.create_table(
        "unmatched",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=True),
        sa.Column("pledge_line_id", sa.String(), nullable=True),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("reason", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "(need_id is null) <> (pledge_line_id is null)", name=op.f("ck_unmatched_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_line_id"],
            ["pledge_line.id"],
            name=op.f("fk_unmatched_pledge_line_id_pledge_line"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_unmatched_run_id_match_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmatched")),
    )
    op.create_index("ix_unmatched_need_id", "unmatched", ["need_id"], unique=False)
    op.create_index("ix_unmatched_pledge_line_id", "unmatched", ["pledge_line_id"], unique=False)
    op.create_index("ix_unmatched_run_id", "unmatched", ["run_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("pledge_line_id", sa.String(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("reason", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(), server_default="proposed", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.String(), nullable=True),
        sa.Column("put_forward_by", sa.String(), nullable=True),
        sa.Column("override_reason", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.Column("last_refusal", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state in ('proposed','accepted','declined','superseded','expired')",
            name=op.f("ck_proposal_state_known"),
        ),
        sa.CheckConstraint("units > 0", name=op.f("ck_proposal_units_positive")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_proposal_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["account.id"], name=op.f("fk_proposal_opened_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_line_id"],
            ["pledge_line.id"],
            name=op.f("fk_proposal_pledge_line_id_pledge_line"),
        ),
        sa.ForeignKeyConstraint(
            ["put_forward_by"], ["account.id"], name=op.f("fk_proposal_put_forward_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_proposal_run_id_match_run")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "need_id"],
            ["need.ward_code", "need.id"],
            name=op.f("fk_proposal_ward_code_need_id_need"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint(
            "run_id",
            "need_id",
            "pledge_line_id",
            name=op.f("uq_proposal_run_id_need_id_pledge_line_id"),
        ),
    )
    op.create_index("ix_proposal_need_id", "proposal", ["need_id"], unique=False)
    op.create_index("ix_proposal_pledge_line_id", "proposal", ["pledge_line_id"], unique=False)
    op.create_index(
        "ix_proposal_queue", "proposal", ["ward_code", "state", "run_id", "rank"], unique=False
    )
    op.create_table(
        "allocation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("pledge_line_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=True),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("handed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("confirmed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.String(), server_default="approved", nullable=False),
        sa.Column("prepared_by", sa.String(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("override_reason", sa.String(), nullable=True),
        sa.Column("released_reason", sa.String(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('approved','ready','part-handed','handed','confirmed','released','disputed','reversed')",
            name=op.f("ck_allocation_state_known"),
        ),
        sa.CheckConstraint(
            "approved_by is distinct from prepared_by", name=op.f("ck_allocation_four_eyes")
        ),
        sa.CheckConstraint(
            "confirmed between 0 and handed", name=op.f("ck_allocation_confirmed_within_handed")
        ),
        sa.CheckConstraint(
            "handed between 0 and units", name=op.f("ck_allocation_handed_within_units")
        ),
        sa.CheckConstraint("units > 0", name=op.f("ck_allocation_units_positive")),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_allocation_approved_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_line_id"],
            ["pledge_line.id"],
            name=op.f("fk_allocation_pledge_line_id_pledge_line"),
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["account.id"], name=op.f("fk_allocation_prepared_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_allocation_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_allocation_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "need_id"],
            ["need.ward_code", "need.id"],
            name=op.f("fk_allocation_ward_code_need_id_need"),
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_allocation_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint("code", name=op.f("uq_allocation_code")),
        sa.UniqueConstraint("ward_code", "id", name=op.f("uq_allocation_ward_code_id")),
    )
    op.create_index("ix_allocation_need_id", "allocation", ["need_id"], unique=False)
    op.create_index(
        "ix_allocation_ward_code", "allocation", ["ward_code", "state", "approved_at"], unique=False
    )
    op.create_index(
        "uq_allocation_line_need",
        "allocation",
        ["pledge_line_id", "need_id"],
        unique=True,
        postgresql_where="state not in ('released','reversed')",
    )
    op.create_table(
        "programme_share",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=False),
        sa.Column("kind_code", sa.String(), nullable=False),
        sa.Column("allocation_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["allocation_id"],
            ["allocation.id"],
            name=op.f("fk_programme_share_allocation_id_allocation"),
        ),
        sa.ForeignKeyConstraint(
            ["kind_code"],
            ["support_kind.code"],
            name=op.f("fk_programme_share_kind_code_support_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_programme_share_programme_id_programme"),
        ),
        sa.PrimaryKeyConstraint(
            "household_id", "programme_id", "kind_code", name=op.f("pk_programme_share")
        ),
        sa.UniqueConstraint("allocation_id", name=op.f("uq_programme_share_allocation_id")),
    )
    for table in ("proposal", "unmatched", "allocation"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy ward_scope on {table} {IN_SCOPE}")


def downgrade() -> None:
    op.drop_table("programme_share")
    op.drop_table("allocation")
    op.drop_table("proposal")
    op.drop_table("unmatched")
    op.drop_table("match_run")
    op.drop_table("policy")
