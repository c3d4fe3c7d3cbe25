"""Comparisons of policies over a province's runs, open to who sees all of its wards."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0062_province_comparisons"
down_revision = "0061_hashed_scope"

IN_SCOPE = "ward_code in (select unnest(string_to_array(current_setting('nc.wards', true), ',')))"
SEES_ALL = "(select current_setting('nc.wards', true) = '*')"
WARD_SCOPE = f"using ({IN_SCOPE} or {SEES_ALL})"
EITHER_SCOPE = (
    f"using ({IN_SCOPE} or {SEES_ALL}"
    " or (province_code is not null and not exists (select from ward w"
    " where w.province_code = policy_comparison.province_code and w.code <> all"
    " (string_to_array(current_setting('nc.wards', true), ',')))))"
)


def upgrade() -> None:
    op.add_column("policy_comparison", sa.Column("province_code", sa.String(), nullable=True))
    op.add_column(
        "policy_comparison",
        sa.Column(
            "parts", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
    )
    op.create_foreign_key(
        op.f("fk_policy_comparison_province_code_province"),
        "policy_comparison",
        "province",
        ["province_code"],
        ["code"],
    )
    op.alter_column("policy_comparison", "ward_code", nullable=True)
    op.alter_column("policy_comparison", "run_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_policy_comparison_one_place"),
        "policy_comparison",
        "(ward_code is null) <> (province_code is null)",
    )
    op.create_index("ix_policy_comparison_version", "policy_comparison", ["version", "created_at"])
    op.execute("drop policy ward_scope on policy_comparison")
    op.execute(f"create policy place_scope on policy_comparison {EITHER_SCOPE}")


def downgrade() -> None:
    op.execute("select set_config('nc.wards', '*', true)")
    op.execute("delete from policy_comparison where ward_code is null")
    op.execute("drop policy place_scope on policy_comparison")
    op.execute(f"create policy ward_scope on policy_comparison {WARD_SCOPE}")
    op.drop_index("ix_policy_comparison_version", table_name="policy_comparison")
    op.drop_constraint(op.f("ck_policy_comparison_one_place"), "policy_comparison", type_="check")
    op.alter_column("policy_comparison", "run_id", nullable=False)
    op.alter_column("policy_comparison", "ward_code", nullable=False)
    op.drop_constraint(
        op.f("fk_policy_comparison_province_code_province"), "policy_comparison", type_="foreignkey"
    )
    op.drop_column("policy_comparison", "parts")
    op.drop_column("policy_comparison", "province_code")
