select p.role, p.unit::text, a.id::text as account, a.name from posts p join accounts a on a.id = p.account and a.active
where p.congress = $1 and p.role in ('VC', 'VM') and p.unit is not null and (p.until is null or p.until > $2) order by a.name
