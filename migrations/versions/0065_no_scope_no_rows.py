"""Without any scope nothing of a province is seen, and no vote leaves a ballot that is closed.

A setting that was never made is null, and nothing differs from a null: so the rule "no ward of the
province lies outside the scope" held where there was no scope at all.
"""

from alembic import op

revision = "0065_no_scope_no_rows"
down_revision = "0064_campaign_agreements"

WARDS = "string_to_array(coalesce(current_setting('nc.wards', true), ''), ',')"
IN_SCOPE = "ward_code in (select unnest(string_to_array(current_setting('nc.wards', true), ',')))"
SEES_ALL = "(select current_setting('nc.wards', true) = '*')"
BEFORE = "string_to_array(current_setting('nc.wards', true), ',')"
MOVES = (
    " if tg_op = 'UPDATE' and new.ballot_id is distinct from old.ballot_id then"
    " raise exception 'a vote stays with its ballot' using errcode = 'check_violation'; end if;"
)


def upgrade() -> None:
    _scopes(WARDS, "exists (select from ward w where w.province_code = {table}.province_code) and ")
    _trigger(MOVES)


def downgrade() -> None:
    _trigger("")
    _scopes(BEFORE, "")


def _scopes(wards: str, has_wards: str) -> None:
    whole = (
        "not exists (select from ward w where w.province_code = {table}.province_code"
        f" and w.code <> all ({wards}))"
    )
    snapshot = (has_wards + whole).format(table="shard_snapshot")
    comparison = (has_wards + whole).format(table="policy_comparison")
    op.execute(
        "alter policy province_scope on shard_snapshot"
        f" using (current_setting('nc.wards', true) = '*' or ({snapshot}))"
    )
    op.execute(
        "alter policy place_scope on policy_comparison using"
        f" ({IN_SCOPE} or {SEES_ALL} or (province_code is not null and {comparison}))"
    )


def _trigger(first: str) -> None:
    op.execute(
        "create or replace function refuse_unless_ballot_open() returns trigger"
        f" language plpgsql as $$ begin{first}"
        " perform 1 from ballot where id = coalesce(new.ballot_id, old.ballot_id)"
        " and state = 'open' for share; if not found then"
        " raise exception 'this ballot is closed' using errcode = 'check_violation'; end if;"
        " return coalesce(new, old); end $$"
    )
