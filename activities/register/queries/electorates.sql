select e.id, e.n, e.public_key, e.private_key, e.printed,
	(select count(*) from ballot_roll r where r.electorate = e.id) as voters,
	(select count(*) from ballot_roll r where r.electorate = e.id and r.present) as present,
	(select count(*) from ballot_roll r where r.electorate = e.id and r.drawn) as drawn
from ballot_electorates e where e.congress = $1 and e.ballot = $2 order by e.n
