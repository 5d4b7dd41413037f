insert into interpellations (case_id, congress, token, unit) values ($1, $2, $3, $4)
