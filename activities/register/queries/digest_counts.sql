select to_char(d.day, 'YYYY-MM-DD') as day, a.name as account_name, d.account::text, count(*)::int as n,
	(select count(*) from outbox o where o.digest = any (array_agg(d.id)))::int as notices
from digests d join accounts a on a.id = d.account
where d.congress = $1 and d.day >= $2 and d.day < $3
group by d.day, a.name, d.account order by d.day, a.name, d.account
