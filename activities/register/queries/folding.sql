select o.notice::text as notice, n.account::text, n.case_id::text as "case", c.procedure, c.number, c.title, n.stage, coalesce(fu.name, u.name, '') as unit,
	coalesce(s.for_unit::text, s.unit::text, '') as unit_id, n.level, coalesce(s.due, '0001-01-01 00:00:00+00') as due, coalesce(f.name, '') as "for", coalesce(s.closed_at is null and s.key is not null, false) or n.level in ('refused', 'corrected', 'consent') as open, n.at, '' as role, false as again
from outbox o join notices n on n.id = o.notice join cases c on c.id = n.case_id
left join stages s on s.case_id = n.case_id and s.key = n.stage
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
left join lateral (select string_agg(distinct h.name, '、' order by h.name) as name
	from stood x join rung_owners g on g.case_id = n.case_id and g.stage = n.stage and g.rev = n.rev and g.level = n.level and g.account = x.owner and (x.role is null or x.role = g.role)
	join accounts h on h.id = x.owner
	where x.account = n.account and x.from_at <= n.at and x.until > n.at
		and not exists (select from rung_owners m where m.case_id = n.case_id and m.stage = n.stage and m.rev = n.rev and m.level = n.level and m.account = n.account)) f on true
where o.congress = $1 and o.sent_at is null and o.channel = 'digest' and ($2 = '' or n.account::text = $2)
order by n.at desc, n.id
