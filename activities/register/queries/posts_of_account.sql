select p.role, coalesce(p.unit::text, '') as unit, coalesce(u.name, '') as unit_name
from posts p left join units u on u.id = p.unit
where p.account = $1
order by p.role, u.sort, u.name
