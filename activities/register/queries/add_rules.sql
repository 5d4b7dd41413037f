insert into rules (id, congress, procedure, version, body, created_at) values ($1, $2, $3, $4, $5, now())
