select p.role, coalesce(p.unit::text, '') as unit, coalesce(u.name, '') as unit_name,
	case when p.owner = $1 then '' else p.owner::text end as "for", case when p.owner = $1 then '' else o.name end as for_name,
	coalesce(d.second_factor, false) as guarded
from (select distinct congress, owner, role, unit from held where account = $1 and from_at <= $2 and until > $2) p
join accounts o on o.id = p.owner left join units u on u.id = p.unit
left join role_demands d on d.congress = p.congress and d.role = p.role
order by for_name, p.role, u.sort, unit_name
