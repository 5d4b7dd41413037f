insert into interviews (case_id, congress, unit, post, about, token) values ($1, $2, $3, $4, $5, $6)
