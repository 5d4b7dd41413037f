select e.id, e.n, e.public_key, e.private_key, r.drawn
from ballot_electorates e join ballot_roll r on r.electorate = e.id
where e.congress = $1 and e.ballot = $2 and r.account = $3
