"""Tokens and troubles of channels, wishes not to be told, and whom a list names."""

import sqlalchemy as sa
from alembic import op

revision = "0016_channels"
down_revision = "0021_kept_forms"

KINDS = "ck_notice_recipient_kind_known"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "channel_token",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("access", sa.LargeBinary(), nullable=False),
        sa.Column("refresh", sa.LargeBinary(), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_channel_token")),
    )
    op.create_table(
        "channel_trouble",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("needs_person", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_channel_trouble_failures_counted")),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_trouble")),
    )
    op.create_table(
        "opt_out",
        sa.Column("whom", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column(
            "said_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "topic in ('pledges','visits','insurance','digest')",
            name=op.f("ck_opt_out_topic_known"),
        ),
        sa.PrimaryKeyConstraint("whom", "topic", name=op.f("pk_opt_out")),
    )
    op.add_column("notice", sa.Column("group_id", sa.String(), nullable=True))
    op.add_column("notice", sa.Column("number", sa.LargeBinary(), nullable=True))
    op.add_column("notice", sa.Column("parts", sa.BigInteger(), nullable=True))
    op.add_column("notice", sa.Column("delivery_code", sa.String(), nullable=True))
    op.create_index(
        "ix_notice_number",
        "notice",
        ["number", "sent_at"],
        postgresql_where="number is not null and sent_at is not null",
    )
    op.drop_constraint(op.f(KINDS), "notice", type_="check")
    op.create_check_constraint(
        op.f(KINDS), "notice", "recipient_kind in ('account','donor','household','holder')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f(KINDS), "notice", type_="check")
    op.create_check_constraint(
        op.f(KINDS), "notice", "recipient_kind in ('account','donor','household')"
    )
    op.drop_index("ix_notice_number", table_name="notice")
    for column in ("delivery_code", "parts", "number", "group_id"):
        op.drop_column("notice", column)
    for table in ("opt_out", "channel_trouble", "channel_token"):
        op.drop_table(table)
