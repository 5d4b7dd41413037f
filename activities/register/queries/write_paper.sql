insert into papers (id, congress, case_id, stage, kind, token, unit, author, status, body, written_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (token) do nothing
