select id::text, begun_at, seen_at, address, terminal from logins
where account = $1 and not half and seen_at > $2 and begun_at > $3 order by seen_at desc
