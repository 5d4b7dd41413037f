select distinct on (n.account, n.case_id, n.stage) '' as notice, n.account::text, n.case_id::text as "case", c.procedure, c.number, c.title, n.stage,
	coalesce(fu.name, u.name, '') as unit, coalesce(s.for_unit::text, s.unit::text, '') as unit_id, n.level, coalesce(s.due, '0001-01-01 00:00:00+00') as due, coalesce(f.name, '') as "for", true as open, n.at, '' as role, false as again
from stages s join cases c on c.id = s.case_id
join notices n on n.case_id = s.case_id and n.stage = s.key and n.rev = s.rev and n.level ~ '^[LNG][1-9]' and n.at <= $2
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
left join lateral (select string_agg(distinct h.name, '、' order by h.name) as name
	from stood x join rung_owners g on g.case_id = n.case_id and g.stage = n.stage and g.rev = n.rev and g.level = n.level and g.account = x.owner and (x.role is null or x.role = g.role)
	join accounts h on h.id = x.owner
	where x.account = n.account and x.from_at <= n.at and x.until > n.at
		and not exists (select from rung_owners m where m.case_id = n.case_id and m.stage = n.stage and m.rev = n.rev and m.level = n.level and m.account = n.account)) f on true
where s.congress = $1 and s.closed_at is null and (s.due <= $2 or s.kind = 'gate' and s.person is null) and not s.paused and not s.held and n.account = any ($3)
order by n.account, n.case_id, n.stage, n.at desc, n.id
