insert into rule_drafts (congress, procedure, account, base, body, changed_at) values ($1, $2, $3, $4, $5, $6)
on conflict (congress, procedure, account) do update set base = excluded.base, body = excluded.body, changed_at = excluded.changed_at
