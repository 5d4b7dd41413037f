select a.id::text, a.name, a.login, a.email, a.active, coalesce(p.role, '') as role, coalesce(p.unit::text, '') as unit
from accounts a left join posts p on p.account = a.id left join units u on u.id = p.unit
where a.congress = $1
order by u.sort nulls first, u.name, p.role, a.spelled, a.name
