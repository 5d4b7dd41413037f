insert into ballot_deeds (id, congress, ballot, deed, account, at, reason) values ($1, $2, $3, $4, $5, $6, $7)
