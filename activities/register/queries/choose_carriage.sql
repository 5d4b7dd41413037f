insert into carriage_choices (congress, code, single, account, at) values ($1, $2, $3, $4, $5)
on conflict (congress, code) do update set single = excluded.single, account = excluded.account, at = excluded.at
