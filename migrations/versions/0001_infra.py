"""Jobs, ticks, request keys and stored files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_infra"
down_revision = None

# The sub-select is evaluated once a statement, not once a row (TRUST.md, 4.3). An empty or
# missing setting shows nothing.
IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("actor_key", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("actor_key", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index(
        "ix_idempotency_key_created_at", "idempotency_key", ["created_at"], unique=False
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("arg", sa.String(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=True),
        sa.Column("wards", sa.String(), server_default="", nullable=False),
        sa.Column("state", sa.String(), server_default="pending", nullable=False),
        sa.Column(
            "not_before",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("max_attempts", sa.BigInteger(), server_default="8", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("done_units", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("all_units", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'running' or lease_until is not null", name=op.f("ck_job_running_has_lease")
        ),
        sa.CheckConstraint(
            "state in ('pending','running','done','dead')", name=op.f("ck_job_state_known")
        ),
        sa.CheckConstraint(
            "attempts between 0 and max_attempts", name=op.f("ck_job_attempts_within_max")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_job_dedupe_key")),
        postgresql_with={"autovacuum_vacuum_scale_factor": "0.01"},
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["lane", "not_before", "id"],
        unique=False,
        postgresql_where="state in ('pending','running')",
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column(
            "facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "octet_length(body) <= 20971520", name=op.f("ck_stored_file_size_limit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "tick",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "due_at", name=op.f("pk_tick")),
    )
    for table in ("stored_file",):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy ward_scope on {table} {IN_SCOPE}")


def downgrade() -> None:
    op.drop_table("tick")
    op.drop_table("stored_file")
    op.drop_table("job")
    op.drop_table("idempotency_key")
