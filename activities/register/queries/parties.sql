select p.unit::text, u.name, u.kind, p.capacity, coalesce(a.id::text, '') as handler, coalesce(a.name, '') as handler_name, p.gone
from parties p join units u on u.id = p.unit left join accounts a on a.id = p.handler and a.active
where p.case_id = $1
order by case p.capacity when 'lead' then 0 when 'sole' then 0 when 'several' then 1 else 2 end, u.sort
