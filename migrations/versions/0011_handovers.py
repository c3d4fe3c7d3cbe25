"""Handover days, appointments and handovers."""

import sqlalchemy as sa
from alembic import op

revision = "0011_handovers"
down_revision = "0010_matching"

# The sub-select is evaluated once a statement, not once a row (TRUST.md, 4.3). An empty or
# missing setting shows nothing.
IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    op.create_table(
        "handover_day",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), server_default="planned", nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state in ('planned','open','closed','cancelled')",
            name=op.f("ck_handover_day_state_known"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_handover_day_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_handover_day_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_handover_day_ward_code_ward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_day")),
        sa.UniqueConstraint("code", name=op.f("uq_handover_day_code")),
    )
    op.create_index(
        "ix_handover_day_ward_code", "handover_day", ["ward_code", "starts_at"], unique=False
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("day_id", sa.String(), nullable=False),
        sa.Column("allocation_id", sa.String(), nullable=False),
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), server_default="invited", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state in ('invited','changed','done','missed','cancelled')",
            name=op.f("ck_appointment_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["day_id"], ["handover_day.id"], name=op.f("fk_appointment_day_id_handover_day")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "allocation_id"],
            ["allocation.ward_code", "allocation.id"],
            name=op.f("fk_appointment_ward_code_allocation_id_allocation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("code", name=op.f("uq_appointment_code")),
    )
    op.create_index("ix_appointment_day_id", "appointment", ["day_id"], unique=False)
    op.create_index(
        "uq_appointment_live_allocation",
        "appointment",
        ["allocation_id"],
        unique=True,
        postgresql_where="state in ('invited','changed')",
    )
    op.create_table(
        "confirmation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("allocation_id", sa.String(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "method in ('signed-list','phone-call','visit')",
            name=op.f("ck_confirmation_method_known"),
        ),
        sa.CheckConstraint("units > 0", name=op.f("ck_confirmation_units_positive")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["account.id"], name=op.f("fk_confirmation_confirmed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "allocation_id"],
            ["allocation.ward_code", "allocation.id"],
            name=op.f("fk_confirmation_ward_code_allocation_id_allocation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    op.create_index(
        "ix_confirmation_allocation_id", "confirmation", ["allocation_id"], unique=False
    )
    op.create_table(
        "handover_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("appointment_id", sa.String(), nullable=True),
        sa.Column("allocation_id", sa.String(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("value_dong", sa.BigInteger(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("proxy_name", sa.String(), nullable=True),
        sa.Column("proxy_relation", sa.String(), nullable=True),
        sa.Column("handed_by", sa.String(), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("reversed_by", sa.String(), nullable=True),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reversed_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "received_by = 'household' or (proxy_name is not null and proxy_relation is not null)",
            name=op.f("ck_handover_line_proxy_is_named"),
        ),
        sa.CheckConstraint(
            "received_by in ('household','proxy')", name=op.f("ck_handover_line_receiver_known")
        ),
        sa.CheckConstraint(
            "not reversed or (reversed_by is not null and reversed_reason is not null)",
            name=op.f("ck_handover_line_reversal_has_reason"),
        ),
        sa.CheckConstraint("units > 0", name=op.f("ck_handover_line_units_positive")),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_handover_line_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["handed_by"], ["account.id"], name=op.f("fk_handover_line_handed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["reversed_by"], ["account.id"], name=op.f("fk_handover_line_reversed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code", "allocation_id"],
            ["allocation.ward_code", "allocation.id"],
            name=op.f("fk_handover_line_ward_code_allocation_id_allocation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_line")),
    )
    op.create_index(
        "ix_handover_line_allocation_id", "handover_line", ["allocation_id"], unique=False
    )
    op.create_index(
        "ix_handover_line_ward_code", "handover_line", ["ward_code", "handed_at"], unique=False
    )
    for table in ("appointment", "handover_line", "confirmation"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy ward_scope on {table} {IN_SCOPE}")


def downgrade() -> None:
    op.drop_table("handover_line")
    op.drop_table("confirmation")
    op.drop_table("appointment")
    op.drop_table("handover_day")
