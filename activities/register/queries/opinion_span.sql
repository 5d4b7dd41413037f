select (select max(anchor_day) from cases where congress = $1 and procedure = 'opinion') as last,
	(select count(*) from (select 1 from cases where congress = $1 and procedure = 'opinion' limit $2) x)::int as n
