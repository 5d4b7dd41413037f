insert into indicators (case_id, round, n, name, weight, way, standard) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
