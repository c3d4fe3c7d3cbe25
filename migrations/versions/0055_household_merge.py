"""Two households found to be one: the proposal, what moved, and where the closed one went."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0055_household_merge"
down_revision = "0039_card_groups"

IN_SCOPE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    _point_to_the_kept()
    op.create_table(
        "household_merge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("kept_id", sa.String(), nullable=False),
        sa.Column("closed_id", sa.String(), nullable=False),
        sa.Column("choices", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="asked", nullable=False),
        sa.Column("prepared_by", sa.String(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_reason", sa.String(), nullable=True),
        sa.Column("moved", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.CheckConstraint("kept_id <> closed_id", name=op.f("ck_household_merge_two_households")),
        sa.CheckConstraint(
            "state in ('asked','done','declined','taken-back')",
            name=op.f("ck_household_merge_state_known"),
        ),
        sa.CheckConstraint(
            "state <> 'done' or (decided_by is not null and decided_by <> prepared_by)",
            name=op.f("ck_household_merge_four_eyes"),
        ),
        _to_household("kept_id", "fk_household_merge_kept"),
        _to_household("closed_id", "fk_household_merge_closed"),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_household_merge_ward_code_ward")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["account.id"], name=op.f("fk_household_merge_prepared_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_household_merge_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_merge")),
    )
    op.create_index("ix_household_merge_kept_id", "household_merge", ["kept_id"])
    op.create_index("ix_household_merge_closed_id", "household_merge", ["closed_id"])
    op.create_index(
        "ix_household_merge_asked",
        "household_merge",
        ["ward_code", "prepared_at"],
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.execute("alter table household_merge enable row level security")
    op.execute("alter table household_merge force row level security")
    op.execute(f"create policy ward_scope on household_merge {IN_SCOPE}")


def _point_to_the_kept() -> None:
    op.add_column("household", sa.Column("merged_into", sa.String(), nullable=True))
    op.create_foreign_key(
        "fk_household_merged_into",
        "household",
        "household",
        ["ward_code", "merged_into"],
        ["ward_code", "id"],
    )
    op.create_check_constraint(
        op.f("ck_household_merged_has_place"),
        "household",
        "(state = 'merged') = (merged_into is not null)",
    )
    op.create_check_constraint(
        op.f("ck_household_merged_into_another"), "household", "merged_into <> id"
    )
    op.create_index(
        "ix_household_merged_into",
        "household",
        ["merged_into"],
        postgresql_where=sa.text("merged_into is not null"),
    )


def _to_household(column: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["ward_code", column], ["household.ward_code", "household.id"], name=name
    )


def downgrade() -> None:
    op.drop_table("household_merge")
    op.drop_index("ix_household_merged_into", "household")
    op.drop_constraint(op.f("ck_household_merged_into_another"), "household")
    op.drop_constraint(op.f("ck_household_merged_has_place"), "household")
    op.drop_constraint("fk_household_merged_into", "household")
    op.drop_column("household", "merged_into")
