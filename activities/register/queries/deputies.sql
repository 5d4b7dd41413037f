select d.account::text, a.name, d.delegation, d.occupation, coalesce(d.employer::text, '') as employer from deputies d join accounts a on a.id = d.account
where d.congress = $1 and a.active order by d.delegation, a.spelled, a.name
