"""A ward's own words for its short messages; every version stays, with who wrote it."""

import sqlalchemy as sa
from alembic import op

revision = "0034_ward_words"
down_revision = "0032_second_factor"

IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "ward_words",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("moment", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language in ('vi','en')", name=op.f("ck_ward_words_language_known")),
        sa.CheckConstraint("length(words) between 1 and 480", name=op.f("ck_ward_words_length")),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_ward_words_ward_code_ward")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_ward_words_written_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ward_words")),
    )
    op.create_index(
        "uq_ward_words_in_use",
        "ward_words",
        ["ward_code", "moment", "language"],
        unique=True,
        postgresql_where="ended_at is null",
    )
    op.execute("alter table ward_words enable row level security")
    op.execute("alter table ward_words force row level security")
    op.execute(f"create policy ward_scope on ward_words {IN_SCOPE}")


def downgrade() -> None:
    op.drop_table("ward_words")
