select id::text, next from cases where congress = $1 and outcome = ''
	and next = (select min(next) from cases where congress = $1 and outcome = '' and next <= $2)
