"""The audit's events, details and seals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_audit"
down_revision = "0002_places"


def upgrade() -> None:
    op.create_table(
        "audit_epoch",
        sa.Column("single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_audit_epoch")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column(
            "xid",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
        ),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor_id", sa.String(), nullable=True),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("detail_digest", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(
        "ix_audit_event_object", "audit_event", ["object_kind", "object_id", "id"], unique=False
    )
    op.create_index("ix_audit_event_unsealed", "audit_event", ["epoch", "xid", "id"], unique=False)
    op.create_index("ix_audit_event_ward_at", "audit_event", ["ward_code", "id"], unique=False)
    op.create_table(
        "seal",
        sa.Column("n", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("from_xid", sa.BigInteger(), nullable=False),
        sa.Column("to_xid", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("h", sa.LargeBinary(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_seal")),
    )
    op.create_table(
        "audit_detail",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_event.id"], name=op.f("fk_audit_detail_event_id_audit_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audit_detail")),
    )
    op.execute("insert into audit_epoch (single, epoch) values (true, 1)")
    op.execute(
        "create function refuse_change() returns trigger language plpgsql as "
        "$$ begin raise exception 'rows of % are never changed', tg_table_name; end $$"
    )
    for table in ("audit_event", "seal"):
        op.execute(
            f"create trigger {table}_is_append_only before update or delete or truncate on {table}"
            " for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("audit_detail")
    op.drop_table("seal")
    op.drop_table("audit_event")
    op.drop_table("audit_epoch")
    op.execute("drop function refuse_change()")
