insert into items (id, congress, case_id, n, problem, demand, lead) values ($1, $2, $3, $4, $5, $6, $7)
