with come as (
	select r.* from rungs r join stages s on s.case_id = r.case_id and s.key = r.stage and s.closed_at is null
	where r.congress = $1 and r.at <= $2 and r.rung_at is null and r.effect = '')
select distinct on (x.account, r.case_id, r.stage, r.level) '' as notice, x.account::text, r.case_id::text as "case", c.procedure, c.number, c.title, r.stage,
	coalesce(fu.name, u.name, '') as unit, coalesce(s.for_unit::text, s.unit::text, '') as unit_id, r.level, coalesce(r.due, '0001-01-01 00:00:00+00') as due, x.name as "for", true as open, r.at, '' as role,
	exists (select from notices m where m.case_id = r.case_id and m.stage = r.stage and m.rev = r.rev and m.account = x.account and m.level ~ '^[LNG][0-9]' and m.at < r.at) as again
from come r join cases c on c.id = r.case_id join stages s on s.case_id = r.case_id and s.key = r.stage
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
cross join lateral (
	select o.account, '' as name from rung_owners o where o.case_id = r.case_id and o.stage = r.stage and o.rev = r.rev and o.level = r.level
	union all
	select t.account, h.name from rung_owners o join stood t on t.owner = o.account and (t.role is null or t.role = o.role) and t.from_at <= r.at and t.until > r.at
	join accounts h on h.id = o.account
	where o.case_id = r.case_id and o.stage = r.stage and o.rev = r.rev and o.level = r.level and o.role not in ('DPT', 'ADM', 'SEC', 'AUD')) x
where $3 = '' or x.account::text = $3
order by x.account, r.case_id, r.stage, r.level, x.name, r.at desc
