insert into rules (id, congress, procedure, version, body, created_at, author, reason, made_at) values ($1, $2, $3, $4, $5, clock_timestamp(), $6, $7, $8)
