select i.id::text, i.n, i.problem, i.demand, coalesce(i.lead::text, '') as lead, coalesce(u.name, '') as lead_name, i.result,
	coalesce(i.closed_at, '0001-01-01 00:00:00+00') as closed_at, i.person, coalesce(i.promised, '0001-01-01 00:00:00+00') as promised
from items i left join units u on u.id = i.lead where i.case_id = $1 order by i.n
