insert into letters (id, congress, case_id, kind, token, title, recipient, body, copies, author, drawn_at, bulletin)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (token) do nothing
