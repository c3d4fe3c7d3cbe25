"""Campaigns: lists of cards, cards, campaigns and the reminders they owed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024_campaigns"
down_revision = "0022_policy_comparison"

IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)
NOW = sa.text("now()")


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    _lists()
    _campaigns()
    op.create_index(
        "ix_notice_insurance", "notice", ["cause_id"], postgresql_where="cause = 'insurance-card'"
    )
    for table in ("card_list", "insurance_card"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy ward_scope on {table} {IN_SCOPE}")


def _lists() -> None:
    op.create_table(
        "card_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "refused",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("kind in ('cards','renewals')", name=op.f("ck_card_list_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_list")),
        sa.UniqueConstraint(
            "ward_code", "kind", "digest", name=op.f("uq_card_list_ward_code_kind_digest")
        ),
    )
    op.create_table(
        "insurance_card",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("holder", sa.LargeBinary(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_card")),
        sa.UniqueConstraint("ward_code", "number", name=op.f("uq_insurance_card_ward_code_number")),
    )
    op.create_index("ix_insurance_card_expires_on", "insurance_card", ["ward_code", "expires_on"])


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("steps", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("hotline", sa.String(), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("covered", sa.BigInteger(), nullable=False),
        sa.Column("valid_before", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('draft','running','paused','stopped')", name=op.f("ck_campaign_state_known")
        ),
        sa.CheckConstraint(
            "covered between 0 and population", name=op.f("ck_campaign_covered_within_population")
        ),
        sa.CheckConstraint("population > 0", name=op.f("ck_campaign_population_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index(
        "uq_campaign_open",
        "campaign",
        ["ward_code", "kind"],
        unique=True,
        postgresql_where="state <> 'stopped'",
    )
    op.create_table(
        "reminder",
        sa.Column("card_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_reminder_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["card_id"],
            ["insurance_card.id"],
            name=op.f("fk_reminder_card_id_insurance_card"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("card_id", "expires_on", "step", name=op.f("pk_reminder")),
    )
    op.create_index("ix_reminder_campaign_id", "reminder", ["campaign_id"])


def downgrade() -> None:
    op.drop_index("ix_notice_insurance", table_name="notice")
    for table in ("reminder", "campaign", "insurance_card", "card_list"):
        op.drop_table(table)
