-- What must always hold (TRUST.md, 2.3). Each query returns no row while it does.
-- One query a name; run with all wards in scope.

-- name: line-counts-match-movements
with moved as (
  select line_id, account, sum(units) as units
  from (
    select line_id, to_account as account, units from promise_movement
    union all
    select line_id, from_account, -units from promise_movement
  ) as entry
  group by line_id, account
), ledger as (
  select line_id,
    coalesce(sum(units) filter (where account = 'free'), 0) as free,
    coalesce(sum(units) filter (where account in ('reserved', 'handed')), 0) as reserved,
    coalesce(sum(units) filter (where account in ('handed', 'fulfilled')), 0) as handed,
    coalesce(sum(units) filter (where account = 'fulfilled'), 0) as fulfilled,
    coalesce(sum(units) filter (where account = 'withdrawn'), 0) as withdrawn
  from moved
  group by line_id
)
select l.id
from pledge_line l
left join ledger m on m.line_id = l.id
where l.state <> 'draft'
  and (l.free, l.reserved, l.handed, l.fulfilled, l.withdrawn)
    is distinct from (m.free, m.reserved, m.handed, m.fulfilled, m.withdrawn);

-- name: line-counts-sum-to-units
select id from pledge_line where free + reserved + fulfilled + withdrawn <> units;

-- name: line-order-of-promise
select id from pledge_line
where least(free, reserved, fulfilled, withdrawn, received, handed) < 0
  or handed > received or received + withdrawn > units
  or handed > reserved + fulfilled or fulfilled > handed;

-- name: line-reserved-is-live-allocations
select l.id
from pledge_line l
left join allocation a on a.pledge_line_id = l.id and a.state not in ('released', 'reversed')
group by l.id
having l.reserved + l.fulfilled <> coalesce(sum(a.units), 0);

-- name: line-handed-is-allocations-handed
select l.id
from pledge_line l
left join allocation a on a.pledge_line_id = l.id and a.state not in ('released', 'reversed')
group by l.id
having l.handed <> coalesce(sum(a.handed), 0) or l.fulfilled <> coalesce(sum(a.confirmed), 0);

-- name: line-received-is-receipts
select l.id
from pledge_line l
left join receipt r on r.pledge_line_id = l.id and r.state = 'stocked'
group by l.id
having l.received <> coalesce(sum(r.units), 0);

-- name: need-covered-is-live-allocations
-- However many shares of money pay for a project, together they are its one unit.
with held as (
  select a.need_id, a.units, a.handed, coalesce(k.model = 'money', false) as is_share
  from allocation a
  left join pledge_line l on l.id = a.pledge_line_id
  left join support_kind k on k.code = l.kind_code
  where a.state not in ('released', 'reversed')
)
select n.id
from need n
left join held h on h.need_id = n.id
group by n.ward_code, n.id
having n.covered
    <> coalesce(sum(h.units) filter (where not h.is_share), 0)
      + coalesce(max(1) filter (where h.is_share), 0)
  or n.handed <> coalesce(sum(h.handed) filter (where not h.is_share), 0);

-- name: need-never-over-covered
select id from need where covered > units or handed > covered or least(covered, handed) < 0;

-- name: allocation-handed-is-handover-lines
select a.id
from allocation a
left join handover_line h on h.allocation_id = a.id and not h.reversed
group by a.id
having a.handed <> coalesce(sum(h.units), 0);

-- name: allocation-confirmed-within-handed
select a.id
from allocation a
left join confirmation c on c.allocation_id = a.id
group by a.id
having a.confirmed <> coalesce(sum(c.units), 0) or a.confirmed > a.handed or a.handed > a.units;

-- name: allocation-once-per-line-and-need
select min(id) from allocation
where state not in ('released', 'reversed')
group by pledge_line_id, need_id
having count(*) > 1;

-- name: allocation-of-one-kind
select a.id
from allocation a
join pledge_line l on l.id = a.pledge_line_id
join need n on n.id = a.need_id
left join support_kind pays on pays.code = l.kind_code
left join support_kind wanted on wanted.code = n.kind_code
where l.kind_code <> n.kind_code
  and (pays.model, wanted.model) is distinct from ('money', 'project');

-- name: programme-once-per-household
select min(a.id)
from allocation a
join need n on n.id = a.need_id
join programme p on p.id = a.programme_id
where p.once_per_household and a.state not in ('released', 'reversed')
group by a.household_id, a.programme_id, n.kind_code
having count(*) > 1;

-- name: stock-never-below-zero
select lot_id
from (
  select lot_id, to_account as account, units from movement
  union all
  select lot_id, from_account, -units from movement
) as entry
where account <> 'donor'
group by lot_id, account
having sum(units) < 0;

-- name: stock-balance-is-movements
select coalesce(b.lot_id, m.lot_id)
from stock_balance b
full join (
  select lot_id, account, sum(units) as units
  from (
    select lot_id, to_account as account, units from movement
    union all
    select lot_id, from_account, -units from movement
  ) as entry
  where account <> 'donor'
  group by lot_id, account
) as m on m.lot_id = b.lot_id and m.account = b.account
where coalesce(b.units, 0) <> coalesce(m.units, 0);

-- name: stock-is-what-left-the-donor
select r.id
from receipt r
left join stock_balance b on b.lot_id = r.id
where r.state = 'stocked'
group by r.id
having r.units <> coalesce(sum(b.units), 0);

-- name: handover-has-its-movement
select h.id
from handover_line h
where not exists (
  select 1 from movement m where m.cause = 'handover' and m.cause_id = h.id
);

-- name: movement-moves-something
select id::text from movement where units <= 0 or from_account = to_account
union all
select id::text from promise_movement where units <= 0 or from_account = to_account;

-- name: movement-once-per-cause
select min(id)::text from movement group by cause, cause_id, step having count(*) > 1
union all
select min(id)::text from promise_movement group by cause, cause_id, step having count(*) > 1;

-- name: receipt-numbers-without-gaps
select c.ward_code
from receipt_counter c
left join receipt r on r.ward_code = c.ward_code and r.number like 'PN-' || c.year || '-%'
group by c.ward_code, c.year, c.last
having c.last <> count(r.id);

-- name: standing-four-eyes
select id from standing
where state = 'approved'
  and (approved_by is null or approved_by in (verified_by, created_by)
    or verified_by is null or (verified_by = created_by and not light));

-- name: need-four-eyes
select id from need
where state in ('approved', 'closed', 'suspended', 'expired')
  and (approved_by is null or approved_by in (verified_by, created_by)
    or (verified_by = created_by and not light));

-- name: allocation-four-eyes
select id from allocation where approved_by = prepared_by;

-- name: allocation-of-approved-standing
select a.id
from allocation a
join need n on n.id = a.need_id
left join standing s on s.id = n.standing_id
where a.state not in ('released', 'reversed') and n.standing_id is not null
  and (s.approved_at is null or s.approved_at > a.approved_at
    or s.valid_until < (a.approved_at at time zone 'Asia/Ho_Chi_Minh')::date);

-- name: policy-four-eyes
select version::text from policy where approved_by = created_by;

-- name: run-ready-is-certified
select id from match_run where state = 'ready' and not certified;

-- name: notice-once
select min(id)::text from notice group by dedupe_key having count(*) > 1;

-- name: notice-not-stuck
select id::text from notice
where (state = 'sent' and sent_at is null)
  or (state = 'sending' and (lease_until is null or lease_until < now() - interval '10 minutes'));

-- name: notice-has-its-job
select n.id::text
from notice n
where n.state = 'queued' and not exists (
  select 1 from job j
  where j.name = 'send-notice' and j.arg = n.id::text and j.state in ('pending', 'running')
);

-- name: job-not-stuck
select id::text from job
where (state = 'running' and lease_until < now() - interval '10 minutes')
  or (state = 'pending' and not_before < now() - interval '15 minutes');

-- name: consent-not-withdrawn-before-given
select id from consent where withdrawn_at < given_at;

-- name: seals-form-one-chain
select n::text
from (
  select n, prev, from_xid, epoch,
    lag(h) over (order by n) as previous_hash,
    lag(to_xid) over (order by n) as previous_to,
    lag(epoch) over (order by n) as previous_epoch
  from seal
) as link
where previous_hash is not null
  and (prev <> previous_hash or (epoch = previous_epoch and from_xid <> previous_to));
