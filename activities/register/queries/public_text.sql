select c.body, g.demand, a.name as leader, coalesce(d.delegation, '') as delegation,
	(select count(*) from proposers x where x.case_id = c.id and x.position between 1 and 99 and x.word = 'agree') as cosigners
from cases c
join suggestions g on g.case_id = c.id
join accounts a on a.id = c.owner
left join deputies d on d.account = c.owner
where c.congress = $1 and c.id = $2 and c.id in (select case_id from disclosed)
