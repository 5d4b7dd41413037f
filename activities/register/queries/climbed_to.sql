select n.id::text, n.case_id::text, n.stage, n.rev, n.level, n.account::text, a.name as account_name, a.email, n.at,
	coalesce(n.due, '0001-01-01 00:00:00+00') as due, n.written_at, coalesce(n.read_at, '0001-01-01 00:00:00+00') as read_at,
	c.number, c.title, coalesce(fu.name, u.name, '') as unit_name, coalesce(g.text, '') as note,
	s.closed_at is null as open
from notices n join accounts a on a.id = n.account join cases c on c.id = n.case_id
join stages s on s.case_id = n.case_id and s.key = n.stage
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
left join urges g on g.case_id = n.case_id and g.stage = n.stage and 'urge#' || g.n = n.level
where n.account = $1 and s.closed_at is null and n.level ~ '^[LNG][1-9]' and n.rev = s.rev
	and not exists (select 1 from notices m where m.case_id = n.case_id and m.stage = n.stage and m.rev = n.rev and m.account = n.account
		and m.level ~ '^[LNG][1-9]' and (m.at, m.id) > (n.at, n.id))
	and exists (select from rung_owners g left join stood t on t.owner = g.account and t.account = n.account and (t.role is null or t.role = g.role) and t.from_at <= $2 and t.until > $2
		where g.case_id = n.case_id and g.stage = n.stage and g.rev = n.rev and g.level = n.level and (g.account = n.account or t.account is not null))
order by n.at desc, n.id limit $3
