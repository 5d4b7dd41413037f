insert into closings (id, congress, first_day, last_day, name, source, account, entered_at, edition) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
