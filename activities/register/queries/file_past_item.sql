insert into items (id, congress, case_id, n, problem, demand, lead, result, closed_at)
values ($1, $2, $3, $4, $5, $6, $7, case when $8::timestamptz is null then '' else 'closed' end, $8)
