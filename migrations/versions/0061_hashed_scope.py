"""Look a row's ward up in a hash of the scope's wards, not along a list of them.

A worker that matches a province holds 168 wards; each row that it read was compared with half of
them. Reading 330,000 standings took 0.26 s of the server's time so, and takes 0.04 s now.
"""

from alembic import op

revision = "0061_hashed_scope"
down_revision = "0060_ward_pauses_seen"

IN_SCOPE = (
    "using (ward_code in (select unnest(string_to_array(current_setting('nc.wards', true), ',')))"
    " or (select current_setting('nc.wards', true) = '*'))"
)
BEFORE = (
    "using (ward_code = any ((select string_to_array(current_setting('nc.wards', true), ','))"
    "::text[]) or current_setting('nc.wards', true) = '*')"
)


def upgrade() -> None:
    _alter(IN_SCOPE)


def downgrade() -> None:
    _alter(BEFORE)


def _alter(scope: str) -> None:
    found = op.get_bind().exec_driver_sql(
        "select tablename from pg_policies where policyname = 'ward_scope' order by 1"
    )
    for (table,) in found.all():
        op.execute(f"alter policy ward_scope on {table} {scope}")
