select a.id::text, a.login, a.name, a.email, a.active, a.must_change, a.password_at,
	exists (select from factors f where f.account = a.id) as factor,
	exists (select from attempts t where t.login in (a.login, 'code/' || a.id) and t.failures >= $4 and t.at > $5) as locked
from accounts a
where a.congress = $1 and ($2 = '' or a.id::text = $2)
	and ($3 = '' or position(lower($3) in lower(a.name || ' ' || a.login || ' ' || a.email)) > 0
		or exists (select from posts p join units u on u.id = p.unit where p.account = a.id and position(lower($3) in lower(u.name)) > 0))
order by a.active desc, a.spelled, a.name, a.login
