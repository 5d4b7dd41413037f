insert into ballot_roll (congress, electorate, account)
select distinct p.congress, $2::uuid, p.account
from posts p join accounts a on a.id = p.account and a.active
where p.congress = $1 and p.role = $4 and (p.until is null or p.until > $5)
	and not exists (select from ballot_electorates e join ballot_roll r on r.electorate = e.id where e.ballot = $3 and r.account = p.account)
order by p.account
