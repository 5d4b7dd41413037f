insert into feeds (congress, account, hash, made_at) values ($1, $2, $3, $4)
on conflict (account) do update set hash = excluded.hash, made_at = excluded.made_at
