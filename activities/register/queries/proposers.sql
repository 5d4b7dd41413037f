select p.account::text, a.name, coalesce(d.delegation, '') as delegation, coalesce(d.occupation, '') as occupation,
	coalesce(d.employer::text, '') as employer, p.position, p.word
from proposers p join accounts a on a.id = p.account left join deputies d on d.account = p.account
where p.case_id = $1 order by p.position
