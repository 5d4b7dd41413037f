insert into corrections (token, congress, case_id, at, account, kind, part, was, becomes, reason, paper, act)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (token) do nothing
