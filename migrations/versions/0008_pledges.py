"""Donors, pledges and the promise ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_pledges"
down_revision = "0007_needs"


def upgrade() -> None:
    op.create_table(
        "donor",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("tax_code", sa.String(), nullable=True),
        sa.Column("shown_as", sa.String(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(), server_default="vi", nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("ward_code", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind in ('person','business','organisation')", name=op.f("ck_donor_kind_known")
        ),
        sa.CheckConstraint(
            "shown_as in ('name','initials','anonymous')", name=op.f("ck_donor_shown_as_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_donor_account_id_account")
        ),
        sa.ForeignKeyConstraint(["ward_code"], ["ward.code"], name=op.f("fk_donor_ward_code_ward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donor")),
        sa.UniqueConstraint("code", name=op.f("uq_donor_code")),
    )
    op.create_table(
        "pledge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("donor_id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=True),
        sa.Column(
            "wards", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column(
            "groups", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("available_from", sa.Date(), nullable=False),
        sa.Column("available_to", sa.Date(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("on_behalf", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "available_to >= available_from", name=op.f("ck_pledge_window_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_pledge_created_by_account")
        ),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_pledge_donor_id_donor")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_pledge_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_pledge_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint("code", name=op.f("uq_pledge_code")),
    )
    op.create_index("ix_pledge_donor_id", "pledge", ["donor_id", "created_at"], unique=False)
    op.create_index("ix_pledge_ward_code", "pledge", ["ward_code", "created_at"], unique=False)
    op.create_table(
        "pledge_draft",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("donor_id", sa.String(), nullable=True),
        sa.Column(
            "answers", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("pledge_id", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_pledge_draft_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["donor_id"], ["donor.id"], name=op.f("fk_pledge_draft_donor_id_donor")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_draft_pledge_id_pledge")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_draft")),
    )
    op.create_index(
        "ix_pledge_draft_account_id", "pledge_draft", ["account_id", "changed_at"], unique=False
    )
    op.create_table(
        "pledge_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pledge_id", sa.String(), nullable=False),
        sa.Column("kind_code", sa.String(), nullable=False),
        sa.Column(
            "spec", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("given_as", sa.String(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("unit_value", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), server_default="offered", nullable=False),
        sa.Column("free", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fulfilled", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("withdrawn", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("received", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("handed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "given_as in ('kind','cash')", name=op.f("ck_pledge_line_given_as_known")
        ),
        sa.CheckConstraint(
            "state in ('draft','offered','accepted','open','declined','withdrawn','expired','closed')",
            name=op.f("ck_pledge_line_state_known"),
        ),
        sa.CheckConstraint(
            "free + reserved + fulfilled + withdrawn = units",
            name=op.f("ck_pledge_line_counts_sum_to_units"),
        ),
        sa.CheckConstraint(
            "free >= 0 and reserved >= 0 and fulfilled >= 0 and withdrawn >= 0",
            name=op.f("ck_pledge_line_counts_not_negative"),
        ),
        sa.CheckConstraint(
            "fulfilled <= handed", name=op.f("ck_pledge_line_confirmed_within_handed")
        ),
        sa.CheckConstraint(
            "handed <= reserved + fulfilled", name=op.f("ck_pledge_line_handed_within_reserved")
        ),
        sa.CheckConstraint(
            "handed between 0 and received", name=op.f("ck_pledge_line_handed_within_received")
        ),
        sa.CheckConstraint(
            "received + withdrawn <= units", name=op.f("ck_pledge_line_received_not_withdrawn")
        ),
        sa.CheckConstraint(
            "received between 0 and units", name=op.f("ck_pledge_line_received_within_pledged")
        ),
        sa.CheckConstraint("unit_value >= 0", name=op.f("ck_pledge_line_value_not_negative")),
        sa.CheckConstraint("units > 0", name=op.f("ck_pledge_line_units_positive")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_pledge_line_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["kind_code"], ["support_kind.code"], name=op.f("fk_pledge_line_kind_code_support_kind")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_line_pledge_id_pledge")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_line")),
    )
    op.create_index(
        "ix_pledge_line_open",
        "pledge_line",
        ["kind_code"],
        unique=False,
        postgresql_where="state = 'open' and free > 0",
    )
    op.create_index("ix_pledge_line_pledge_id", "pledge_line", ["pledge_id"], unique=False)
    op.create_table(
        "promise_movement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("from_account", sa.String(), nullable=False),
        sa.Column("to_account", sa.String(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("cause_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "from_account in ('pledged','free','reserved','handed','fulfilled','withdrawn') and to_account in ('pledged','free','reserved','handed','fulfilled','withdrawn')",
            name=op.f("ck_promise_movement_accounts_known"),
        ),
        sa.CheckConstraint(
            "from_account <> to_account", name=op.f("ck_promise_movement_accounts_differ")
        ),
        sa.CheckConstraint("units > 0", name=op.f("ck_promise_movement_units_positive")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["pledge_line.id"], name=op.f("fk_promise_movement_line_id_pledge_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_movement")),
        sa.UniqueConstraint(
            "cause", "cause_id", "step", name=op.f("uq_promise_movement_cause_cause_id_step")
        ),
    )
    op.create_index("ix_promise_movement_line_id", "promise_movement", ["line_id"], unique=False)
    op.execute(
        "create trigger promise_movement_is_append_only before update or delete or truncate on promise_movement"
        " for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("promise_movement")
    op.drop_table("pledge_line")
    op.drop_table("pledge_draft")
    op.drop_table("pledge")
    op.drop_table("donor")
