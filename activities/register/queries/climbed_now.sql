select distinct on (n.account, s.case_id, s.key) '' as notice, n.account::text, s.case_id::text as "case", c.procedure, c.number, c.title, s.key as stage,
	coalesce(fu.name, u.name, '') as unit, coalesce(s.for_unit::text, s.unit::text, '') as unit_id, n.level, coalesce(s.due, '0001-01-01 00:00:00+00') as due, n.name as "for", true as open, n.at, '' as role, false as again
from stages s join cases c on c.id = s.case_id
join lateral ( -- who was told in a post that he holds still, and who stands in for him now
	select w.account, w.level, w.at, w.id, '' as name from notices w
	where w.case_id = s.case_id and w.stage = s.key and w.rev = s.rev and w.level ~ '^[LNG][1-9]' and w.at <= $2
		and exists (select from rung_owners g where g.case_id = s.case_id and g.stage = s.key and g.rev = s.rev and g.level = w.level and g.account = w.account)
	union all
	select t.account, w.level, w.at, w.id, h.name from notices w
	join rung_owners g on g.case_id = s.case_id and g.stage = s.key and g.rev = s.rev and g.level = w.level and g.account = w.account
	join stood t on t.owner = w.account and (t.role is null or t.role = g.role) and t.from_at <= $2 and t.until > $2
	join accounts h on h.id = t.owner
	where w.case_id = s.case_id and w.stage = s.key and w.rev = s.rev and w.level ~ '^[LNG][1-9]' and w.at <= $2) n on n.account = any ($3)
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
where s.congress = $1 and s.closed_at is null and (s.due <= $2 or s.kind = 'gate' and s.person is null) and not s.paused and not s.held
order by n.account, s.case_id, s.key, n.at desc, n.name, n.id
