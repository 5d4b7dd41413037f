-- +goose Up

-- The same people as before, with the owners looked up once and not once more for those who stand in for them.
create or replace view rung_audience as
select o.case_id, o.stage, o.rev, o.level, w.account
from rung_owners o
cross join lateral (
	select o.account
	union all
	select x.account from stood x join accounts a on a.id = x.account and a.active
	where x.owner = o.account and (x.role is null or x.role = o.role) and x.from_at <= o.at and x.until > o.at
		and o.role not in ('DPT', 'ADM', 'SEC', 'AUD')) w;

-- +goose Down
create or replace view rung_audience as
select case_id, stage, rev, level, account from rung_owners
union all
select o.case_id, o.stage, o.rev, o.level, x.account
from rung_owners o join stood x on x.owner = o.account and (x.role is null or x.role = o.role) and x.from_at <= o.at and x.until > o.at
join accounts a on a.id = x.account and a.active
where o.role not in ('DPT', 'ADM', 'SEC', 'AUD');
