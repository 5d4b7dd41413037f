select s.kind, coalesce(s.unit, s.for_unit)::text as unit, s.opened_at, coalesce(s.closed_at, '0001-01-01 00:00:00+00') as closed_at,
	coalesce(s.due, '0001-01-01 00:00:00+00') as due, s.provisional, s.working, s.verdict
from stages s
where s.congress = $1 and s.case_id = $2 and coalesce(s.unit, s.for_unit) is not null
	and s.kind in ('vet', 'sign', 'contact', 'reply', 'receipt', 'redo', 'refeedback', 'fulfil')
order by s.opened_at, s.key
