insert into batches (id, congress, account, kind, received_at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing
