insert into ballot_electorates (id, congress, ballot, n) values ($1, $2, $3, $4)
