select d.deed, d.account, a.name, d.at, d.reason from ballot_deeds d join accounts a on a.id = d.account
where d.congress = $1 and d.ballot = $2 order by d.at, d.id
