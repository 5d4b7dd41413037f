select n.case_id::text, c.number, c.title, n.stage, n.level, n.at, coalesce(n.due, '0001-01-01 00:00:00+00') as due, coalesce(fu.name, u.name, '') as unit_name
from (select id, case_id, stage, level, at, due from notices where account = $2 order by at desc, id limit $4) n
join cases c on c.id = n.case_id and c.congress = $1
left join stages s on s.case_id = n.case_id and s.key = n.stage
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
where folded(c.number || e'\n' || c.title) like all ($3::text[])
order by n.at desc, n.id limit $5
