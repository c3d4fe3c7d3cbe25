"""What was handed over by month, for the public: counts and sums only, over all wards."""

from alembic import op

revision = "0041_public_figures"
down_revision = "0049_shard_snapshots"

# The one reader without a scope that counts over all wards. It gives no row of a household: of a
# month in which fewer than five had something it tells digests, so that they can be counted
# together with the next month's.
FUNCTION = """
create function handed_by_month(until timestamptz)
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
    case when count(*) < 5 then array_agg(md5(s.household_id) order by s.household_id) end,
    sum((s.held > 0)::int - (s.before > 0)::int)::bigint, sum(s.units)::bigint,
    sum(s.dong)::bigint
  from standing s group by 1, 2, 3 order by 1, 2, 3;
  perform set_config('nc.wards', scope, true);
end
$$
"""


def upgrade() -> None:
    op.execute(FUNCTION)


def downgrade() -> None:
    op.execute("drop function handed_by_month(timestamptz)")
