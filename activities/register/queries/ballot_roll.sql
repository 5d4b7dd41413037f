select e.n, r.account, a.name, coalesce(d.delegation, '') as delegation, r.present, r.drawn
from ballot_electorates e join ballot_roll r on r.electorate = e.id join accounts a on a.id = r.account left join deputies d on d.account = r.account
where e.congress = $1 and e.ballot = $2 order by e.n, a.name, a.login
