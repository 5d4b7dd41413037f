insert into digests (id, congress, account, day, content, written_at) values ($1, $2, $3, $4, $5, $6)
on conflict (congress, day, account) do nothing
