insert into factors (account, congress, secret, step, enrolled_at) select id, congress, $2, $3, $4 from accounts where id = $1
on conflict (account) do update set secret = excluded.secret, step = excluded.step, enrolled_at = excluded.enrolled_at
