insert into intake (token, congress, case_id, stage, account, act, received_at, batch) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (token) do nothing
