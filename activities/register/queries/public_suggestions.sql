select c.id::text as "case", c.number, c.title, c.outcome, c.filed_at, g.session, g.category, c.id in (select case_id from disclosed) as published,
	p.unit::text, u.name as unit_name, u.sort, p.capacity, p.gone, p.complex, p.extended, p.handed_at,
	coalesce(p.due, '0001-01-01 00:00:00+00') as due, coalesce(p.answered_at, '0001-01-01 00:00:00+00') as answered_at,
	p.class, p.class_now, p.first, coalesce(p.first_at, '0001-01-01 00:00:00+00') as first_at,
	coalesce(p.redo_due, '0001-01-01 00:00:00+00') as redo_due, coalesce(p.redone_at, '0001-01-01 00:00:00+00') as redone_at, p.final, p.score,
	coalesce(p.promised, '0001-01-01 00:00:00+00') as promised, coalesce(p.turned_a, '0001-01-01 00:00:00+00') as turned_a,
	coalesce(p.verified, '0001-01-01 00:00:00+00') as verified, coalesce(p.closed_at, '0001-01-01 00:00:00+00') as closed_at
from parts p
join cases c on c.id = p.case_id
join suggestions g on g.case_id = p.case_id
join units u on u.id = p.unit
where p.congress = $1 and ($2::uuid is null or p.case_id = $2)
	and ($3::timestamptz is null or p.case_id in (select q.case_id from parts q where q.congress = $1 and q.handed_at >= $3 and q.handed_at < $4)) and c.congress = $1 and c.procedure = 'suggestion'
	and g.consents and c.outcome in ('', 'archived')
order by min(p.handed_at) over (partition by p.case_id) desc, c.number, c.id, p.capacity = 'joint', u.sort, u.name
