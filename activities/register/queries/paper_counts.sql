select e.n, p.account, a.name, p.count, p.at
from ballot_electorates e join ballot_papers p on p.electorate = e.id join accounts a on a.id = p.account
where e.congress = $1 and e.ballot = $2 order by e.n, p.at
