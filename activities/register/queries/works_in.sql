select a.name from deputies d join accounts a on a.id = d.account where d.congress = $1 and d.employer = $2 and d.account = any ($3) order by a.name
