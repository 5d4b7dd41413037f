select x.unit::text, u.name as unit_name, p.stage, p.body, coalesce(s.closed_at, p.written_at) as at
from parts x
join papers p on p.case_id = x.case_id and p.stage in ('reply/' || x.unit::text, 'redo/' || x.unit::text)
join units u on u.id = x.unit
left join stages s on s.case_id = p.case_id and s.key = p.stage
where x.congress = $1 and x.case_id = $2 and not x.gone and p.status = 'signed' and x.case_id in (select case_id from disclosed)
order by 5, u.sort
