select n.id::text, n.case_id::text, n.stage, n.rev, n.level, n.account::text, a.name as account_name, a.email, n.at,
	coalesce(n.due, '0001-01-01 00:00:00+00') as due, n.written_at, coalesce(n.read_at, '0001-01-01 00:00:00+00') as read_at,
	c.number, c.title, case when c.procedure = 'appraisal-official' then '' else coalesce(fu.name, u.name, '') end as unit_name, coalesce(g.text, '') as note, coalesce(s.closed_at is null, false) as open
from notices n join accounts a on a.id = n.account join cases c on c.id = n.case_id
left join stages s on s.case_id = n.case_id and s.key = n.stage
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
left join urges g on g.case_id = n.case_id and g.stage = n.stage and 'urge#' || g.n = n.level
where n.id = $1
