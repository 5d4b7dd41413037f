insert into notice_settings (congress, account, mail, sms, digest, quiet_from, quiet_until) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (account) do update set mail = excluded.mail, sms = excluded.sms, digest = excluded.digest, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until
