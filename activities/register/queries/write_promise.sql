insert into items (id, congress, case_id, n, problem, demand, lead, person, promised) values ($1, $2, $3, $4, $5, '', $6, $7, $8)
on conflict (id) do nothing
