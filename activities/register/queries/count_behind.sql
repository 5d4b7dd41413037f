select ((select count(*) from cases where congress = $1 and outcome = '' and edition < $2)
	+ (select count(*) from cases where congress = $1 and outcome = '' and edition > $2))::int as n
