"""Receipts, lots and where units are."""

import sqlalchemy as sa
from alembic import op

revision = "0009_stock"
down_revision = "0008_pledges"


def upgrade() -> None:
    op.create_table(
        "receipt_counter",
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_receipt_counter_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("ward_code", "year", name=op.f("pk_receipt_counter")),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("pledge_line_id", sa.String(), nullable=False),
        sa.Column("pledge_id", sa.String(), nullable=False),
        sa.Column("pledge_code", sa.String(), nullable=False),
        sa.Column("donor_id", sa.String(), nullable=False),
        sa.Column("donor_name", sa.String(), nullable=False),
        sa.Column("donor_tax_code", sa.String(), nullable=True),
        sa.Column("kind_code", sa.String(), nullable=False),
        sa.Column("given_as", sa.String(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("value_dong", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state in ('received','inspected','stocked')) = (number is not null)",
            name=op.f("ck_receipt_number_once_in"),
        ),
        sa.CheckConstraint("given_as in ('kind','cash')", name=op.f("ck_receipt_given_as_known")),
        sa.CheckConstraint(
            "state in ('announced','received','inspected','stocked','refused')",
            name=op.f("ck_receipt_state_known"),
        ),
        sa.CheckConstraint("units > 0", name=op.f("ck_receipt_units_positive")),
        sa.CheckConstraint("value_dong >= 0", name=op.f("ck_receipt_value_not_negative")),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_receipt_donor_id_donor")),
        sa.ForeignKeyConstraint(
            ["kind_code"], ["support_kind.code"], name=op.f("fk_receipt_kind_code_support_kind")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledge.id"], name=op.f("fk_receipt_pledge_id_pledge")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_line_id"],
            ["pledge_line.id"],
            name=op.f("fk_receipt_pledge_line_id_pledge_line"),
        ),
        sa.ForeignKeyConstraint(
            ["received_by"], ["account.id"], name=op.f("fk_receipt_received_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_receipt_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("ward_code", "number", name=op.f("uq_receipt_ward_code_number")),
    )
    op.create_index("ix_receipt_donor_id", "receipt", ["donor_id"], unique=False)
    op.create_index("ix_receipt_pledge_line_id", "receipt", ["pledge_line_id"], unique=False)
    op.create_index("ix_receipt_ward_code", "receipt", ["ward_code", "received_on"], unique=False)
    op.create_table(
        "movement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lot_id", sa.String(), nullable=False),
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
            "from_account in ('donor','stock','out','recipient','scrapped') and to_account in ('donor','stock','out','recipient','scrapped')",
            name=op.f("ck_movement_accounts_known"),
        ),
        sa.CheckConstraint("from_account <> to_account", name=op.f("ck_movement_accounts_differ")),
        sa.CheckConstraint("units > 0", name=op.f("ck_movement_units_positive")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["receipt.id"], name=op.f("fk_movement_lot_id_receipt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
        sa.UniqueConstraint(
            "cause", "cause_id", "step", name=op.f("uq_movement_cause_cause_id_step")
        ),
    )
    op.create_index("ix_movement_lot_id", "movement", ["lot_id"], unique=False)
    op.create_table(
        "stock_balance",
        sa.Column("lot_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units >= 0", name=op.f("ck_stock_balance_units_not_negative")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["receipt.id"], name=op.f("fk_stock_balance_lot_id_receipt")
        ),
        sa.PrimaryKeyConstraint("lot_id", "account", name=op.f("pk_stock_balance")),
    )
    op.execute(
        "create trigger movement_is_append_only before update or delete or truncate on movement"
        " for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("stock_balance")
    op.drop_table("movement")
    op.drop_table("receipt")
    op.drop_table("receipt_counter")
