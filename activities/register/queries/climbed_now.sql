select distinct on (n.account, s.case_id, s.key) '' as notice, n.account::text, s.case_id::text as "case", c.procedure, c.number, c.title, s.key as stage,
	coalesce(fu.name, u.name, '') as unit, coalesce(s.for_unit::text, s.unit::text, '') as unit_id, w.level, coalesce(s.due, '0001-01-01 00:00:00+00') as due, n.name as "for", true as open, w.at, '' as role, false as again
from stages s join cases c on c.id = s.case_id
join notices w on w.case_id = s.case_id and w.stage = s.key and w.rev = s.rev and w.level ~ '^[LNG][1-9]' and w.at <= $2
cross join lateral (select distinct o.role from rung_owners o -- distinct: the owners of this rung alone, not of all rungs
	where o.case_id = s.case_id and o.stage = s.key and o.rev = s.rev and o.level = w.level and o.account = w.account) g
cross join lateral ( -- who was told in a post that he holds still, and who stands in for him now
	select w.account, '' as name
	union all
	select t.account, h.name from stood t join accounts h on h.id = t.owner
	where t.owner = w.account and (t.role is null or t.role = g.role) and t.from_at <= $2 and t.until > $2) n
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
where s.congress = $1 and s.closed_at is null and (s.due <= $2 or s.kind = 'gate' and s.person is null) and not s.paused and not s.held and n.account = any ($3)
order by n.account, s.case_id, s.key, w.at desc, n.name, w.id
