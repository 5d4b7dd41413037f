select distinct on (x.account, s.case_id, s.key) '' as notice, x.account::text, s.case_id::text as "case", c.procedure, c.number, c.title, s.key as stage,
	coalesce(fu.name, u.name, '') as unit, coalesce(s.for_unit::text, s.unit::text, '') as unit_id, '' as level, s.due, x.name as "for", true as open, s.opened_at as at, x.role, false as again
from stages s join cases c on c.id = s.case_id
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
cross join lateral (
	select o.account, '' as name, o.role from rung_owners o where o.case_id = s.case_id and o.stage = s.key and o.level = 'new'
		and (o.role <> 'DPT' or s.person is null or s.person = o.account)
	union all
	select t.account, h.name, o.role from rung_owners o join stood t on t.owner = o.account and (t.role is null or t.role = o.role) and t.from_at <= $2 and t.until > $2
	join accounts h on h.id = o.account
	where o.case_id = s.case_id and o.stage = s.key and o.level = 'new' and o.role not in ('DPT', 'ADM', 'SEC', 'AUD')) x
where s.congress = $1 and s.closed_at is null and s.due <= $3 and not s.paused and not s.held and ($4 = '' or x.account::text = $4)
order by x.account, s.case_id, s.key, x.name, x.role = any (s.roles) desc
