insert into bots (id, congress, unit, channel, key, secret, account, at)
select $1::uuid, $2::uuid, $3::uuid, $4, $5, $6, $7::uuid, $8::timestamptz
where $3::uuid is null or exists (select from units where id = $3 and congress = $2)
