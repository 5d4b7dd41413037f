select e.n, v.choice from ballot_electorates e join ballot_votes v on v.electorate = e.id where e.congress = $1 and e.ballot = $2
