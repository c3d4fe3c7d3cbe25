"""Times in which no message is sent, from a restore until two people have ended it."""

import sqlalchemy as sa
from alembic import op

revision = "0017_sending_hold"
down_revision = "0012_notices"


def upgrade() -> None:
    op.create_table(
        "sending_hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "began_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("sends_old", sa.Boolean(), nullable=True),
        sa.Column("asked_by_id", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.String(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "asked_by_id <> released_by_id", name=op.f("ck_sending_hold_two_people")
        ),
        sa.CheckConstraint(
            "(asked_by_id is null) = (sends_old is null)",
            name=op.f("ck_sending_hold_asked_says_how"),
        ),
        sa.CheckConstraint(
            "released_by_id is null or asked_by_id is not null",
            name=op.f("ck_sending_hold_asked_first"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_hold")),
    )
    op.create_index(
        "uq_sending_hold_open",
        "sending_hold",
        [sa.text("(true)")],
        unique=True,
        postgresql_where="released_by_id is null",
    )
    # A ward's list of those held, and their count, after a restore with many.
    op.create_index("ix_notice_held", "notice", ["id"], postgresql_where="state = 'held'")


def downgrade() -> None:
    op.drop_index("ix_notice_held", table_name="notice")
    op.drop_table("sending_hold")
