"""Ballots on the policy; a closed one takes no vote any more, whoever asks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0063_ballots"
down_revision = "0062_province_comparisons"

NOW = sa.text("now()")
JSON = postgresql.JSONB(astext_type=sa.Text())
# Holding the ballot's row makes a vote and the count wait for each other.
REFUSE = (
    "create function refuse_unless_ballot_open() returns trigger language plpgsql as $$ begin"
    " perform 1 from ballot where id = coalesce(new.ballot_id, old.ballot_id) and state = 'open'"
    " for share; if not found then raise exception 'this ballot is closed'"
    " using errcode = 'check_violation'; end if;"
    " return coalesce(new, old); end $$"
)


def upgrade() -> None:
    op.create_table(
        "ballot",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=True),
        sa.Column("province_code", sa.String(), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("candidates", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("figures", JSON, server_default="{}", nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("opened_by", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", JSON, server_default="{}", nullable=False),
        sa.CheckConstraint(
            "(ward_code is null) <> (province_code is null)", name=op.f("ck_ballot_one_place")
        ),
        sa.CheckConstraint("state in ('open','closed')", name=op.f("ck_ballot_state_known")),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at is not null)", name=op.f("ck_ballot_closed_is_counted")
        ),
        sa.CheckConstraint("closed_at >= closes_at", name=op.f("ck_ballot_counted_after_its_end")),
        sa.CheckConstraint(
            "cardinality(candidates) between 2 and 6", name=op.f("ck_ballot_some_candidates")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_ballot_ward_code_ward")
        ),
        sa.ForeignKeyConstraint(
            ["province_code"], ["province.code"], name=op.f("fk_ballot_province_code_province")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["account.id"], name=op.f("fk_ballot_opened_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
    )
    op.create_index("ix_ballot_state", "ballot", ["state", "closes_at"])
    op.create_table(
        "ballot_vote",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ballot_id", sa.String(), nullable=False),
        sa.Column("voter_key", sa.LargeBinary(), nullable=True),
        sa.Column("constituency", sa.String(), nullable=False),
        sa.Column("ranking", JSON, nullable=False),
        sa.CheckConstraint(
            "constituency in ('staff','donors','volunteers')",
            name=op.f("ck_ballot_vote_constituency_known"),
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_vote_ballot_id_ballot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_vote")),
        sa.UniqueConstraint(
            "ballot_id", "voter_key", name=op.f("uq_ballot_vote_ballot_id_voter_key")
        ),
    )
    op.create_table(
        "ballot_paper",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ballot_id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("minute", sa.String(), nullable=False),
        sa.Column("ranking", JSON, nullable=False),
        sa.Column("votes", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("votes between 1 and 1000", name=op.f("ck_ballot_paper_votes_in_range")),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_paper_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_ballot_paper_entered_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_paper")),
    )
    op.create_index("ix_ballot_paper_ballot_id", "ballot_paper", ["ballot_id"])
    op.execute(REFUSE)
    for table in ("ballot_vote", "ballot_paper"):
        op.execute(
            f"create trigger {table}_only_while_open before insert or update or delete on {table}"
            " for each row execute function refuse_unless_ballot_open()"
        )


def downgrade() -> None:
    for table in ("ballot_paper", "ballot_vote"):
        op.drop_table(table)
    op.execute("drop function refuse_unless_ballot_open()")
    op.drop_table("ballot")
