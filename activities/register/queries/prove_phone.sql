insert into notice_settings (congress, account, proving, code, code_at) values ($1, $2, $3, $4, $5)
on conflict (account) do update set proving = excluded.proving, code = excluded.code, code_at = excluded.code_at, guesses = 0
where notice_settings.code_at is null or notice_settings.code_at < $6
