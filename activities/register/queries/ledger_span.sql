select (select min(handed_at) from parts where congress = $1 and procedure = 'suggestion') as first, (select max(handed_at) from parts where congress = $1 and procedure = 'suggestion') as last,
	(select count(*) from (select 1 from parts where congress = $1 and procedure = 'suggestion' limit $2) x)::int as n
