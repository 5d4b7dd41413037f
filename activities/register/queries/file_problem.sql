insert into problems (case_id, congress, inquiry, n, class, unit, site, basis) values ($1, $2, $3, $4, $5, $6, $7, $8)
