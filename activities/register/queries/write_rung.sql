insert into rungs (congress, case_id, stage, rev, level, at, effect, roles, due)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (case_id, stage, rev, level) do nothing
