insert into ballots (id, congress, title, restricted, consent, case_id, first, scrutineer, plan, status, made_at, unit)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'draft', $10, $11)
