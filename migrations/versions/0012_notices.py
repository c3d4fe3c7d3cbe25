"""Notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_notices"
down_revision = "0011_handovers"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("cause_id", sa.String(), nullable=False),
        sa.Column("recipient_kind", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column(
            "parameters",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("personal", sa.LargeBinary(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), server_default="queued", nullable=False),
        sa.Column(
            "not_before",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("provider_id_sent", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "channel in ('email','sms','zalo','in-app')", name=op.f("ck_notice_channel_known")
        ),
        sa.CheckConstraint("language in ('vi','en')", name=op.f("ck_notice_language_known")),
        sa.CheckConstraint(
            "recipient_kind in ('account','donor','household')",
            name=op.f("ck_notice_recipient_kind_known"),
        ),
        sa.CheckConstraint(
            "state <> 'sent' or sent_at is not null", name=op.f("ck_notice_sent_has_time")
        ),
        sa.CheckConstraint(
            "state in ('queued','sending','sent','delivered','failed','uncertain','abandoned','held','skipped')",
            name=op.f("ck_notice_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_notice_dedupe_key")),
    )
    op.create_index(
        "ix_notice_due",
        "notice",
        ["not_before"],
        unique=False,
        postgresql_where="state in ('queued','sending')",
    )
    op.create_index(
        "ix_notice_recipient", "notice", ["recipient_kind", "recipient_id", "id"], unique=False
    )
    op.create_index("ix_notice_ward_code", "notice", ["ward_code", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("notice")
