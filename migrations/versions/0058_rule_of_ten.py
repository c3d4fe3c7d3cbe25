"""Digests of a month's households up to ten, so that small months of sensitive kinds can wait."""

from alembic import op

revision = "0058_rule_of_ten"
down_revision = "0057_consent_refusals"

# As before, but for how few households are told apart by digest: what tells of disability,
# children or Agent Orange waits until ten, so nine must be counted together with the next month's.
FUNCTION = """
create or replace function handed_by_month(until timestamptz)
returns table (year int, kind_code text, month date, households bigint, few text[],
               settled bigint, units bigint, dong bigint)
language plpgsql as $$
#variable_conflict use_column
declare scope text := coalesce(current_setting('nc.wards', true), '');
begin
  perform set_config('nc.wards', '*', true);
  return query with event as (
    select extract(year from p.created_at at time zone 'Asia/Ho_Chi_Minh')::int as year,
      l.kind_code, a.household_id,
      date_trunc('month', m.at at time zone 'Asia/Ho_Chi_Minh')::date as month,
      sum(case m.step when 'hand-over' then m.units else -m.units end) as units,
      sum(case m.step when 'hand-over' then m.units else -m.units end * l.unit_value) as dong
    from promise_movement m
    join handover_line h on h.id = m.cause_id
    join allocation a on a.id = h.allocation_id
    join pledge_line l on l.id = m.line_id
    join pledge p on p.id = l.pledge_id
    where m.cause = 'handover' and m.step in ('hand-over', 'take-back') and m.at < until
    group by 1, 2, 3, 4
  ), standing as (
    select e.*, sum(e.units) over sofar as held, sum(e.units) over sofar - e.units as before
    from event e
    window sofar as (partition by year, kind_code, household_id order by month)
  )
  select s.year, s.kind_code::text, s.month, count(*),
    case when count(*) < {few} then array_agg(md5(s.household_id) order by s.household_id) end,
    sum((s.held > 0)::int - (s.before > 0)::int)::bigint, sum(s.units)::bigint,
    sum(s.dong)::bigint
  from standing s group by 1, 2, 3 order by 1, 2, 3;
  perform set_config('nc.wards', scope, true);
end
$$
"""


def upgrade() -> None:
    op.execute(FUNCTION.replace("{few}", "10"))


def downgrade() -> None:
    op.execute(FUNCTION.replace("{few}", "5"))
