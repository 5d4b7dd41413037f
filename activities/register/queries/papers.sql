select p.id::text, p.case_id::text, p.stage, p.kind, p.token, coalesce(p.unit::text, '') as unit, coalesce(u.name, '') as unit_name,
	p.author::text, a.name as author_name, p.status, p.body, p.written_at
from papers p join accounts a on a.id = p.author left join units u on u.id = p.unit
where p.case_id = $1 order by p.written_at, p.id
