"""Find the notices to one telephone number, sent or being sent."""

from alembic import op

revision = "0019_notice_numbers"
down_revision = "0014_match_shards"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_notice_number", table_name="notice")
    op.create_index(
        "ix_notice_number", "notice", ["number", "id"], postgresql_where="number is not null"
    )


def downgrade() -> None:
    op.drop_index("ix_notice_number", table_name="notice")
    op.create_index(
        "ix_notice_number",
        "notice",
        ["number", "sent_at"],
        postgresql_where="number is not null and sent_at is not null",
    )
