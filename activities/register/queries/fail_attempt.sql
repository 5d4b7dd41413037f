insert into attempts (login, failures, at) values ($1, 1, $2)
on conflict (login) do update set failures = case when attempts.at > $3 then attempts.failures + 1 else 1 end, at = excluded.at
returning failures as n
