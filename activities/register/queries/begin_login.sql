insert into logins (id, congress, account, half, begun_at, seen_at, address, terminal)
select $1::uuid, a.congress, a.id, $3, $4, $4, $5, $6 from accounts a where a.id = $2 and a.active
