insert into evaluations (case_id, congress, token, unit, about) values ($1, $2, $3, $4, $5)
