select distinct on (f.unit) f.unit::text, f.account::text, a.name from followers f join accounts a on a.id = f.account
where f.congress = $1 and f.year = $2 order by f.unit, f.id desc
