select p.role, coalesce(p.unit::text, '') as unit, coalesce(u.name, '') as unit_name,
	case when p.owner = $1 then '' else p.owner::text end as "for", case when p.owner = $1 then '' else o.name end as for_name,
	coalesce(d.second_factor, false) as guarded, coalesce(t.until, '0001-01-01 00:00:00+00') as until
from (select distinct congress, owner, role, unit from held where account = $1 and from_at <= $2 and until > $2) p
join posts t on t.account = p.owner and t.role = p.role and t.unit is not distinct from p.unit and (t.until is null or t.until > $2)
join accounts o on o.id = p.owner left join units u on u.id = p.unit
left join role_demands d on d.congress = p.congress and d.role = p.role
order by for_name, p.role, u.sort, unit_name
