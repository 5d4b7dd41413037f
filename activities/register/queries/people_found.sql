select a.id::text, a.name, a.login, a.active, coalesce(d.delegation, '') as delegation, coalesce(d.occupation, '') as occupation,
	coalesce((select string_agg(p.role || ' ' || coalesce(u.name, ''), e'\n' order by p.role, u.sort) from posts p left join units u on u.id = p.unit where p.account = a.id), '') as posts
from accounts a left join deputies d on d.account = a.id
where a.congress = $1 and ($2 or d.account is not null and a.active) and (strpos(lower(a.name), $3) > 0 or $4 and a.initials like '%' || $3 || '%')
order by a.active desc, lower(a.name) <> $3, a.spelled, a.name, a.id limit $5
