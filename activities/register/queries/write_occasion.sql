insert into occasions (id, congress, unit, kind, day, note, account, token)
select $1, $2, u.id, $4, $5, $6, $7, $8 from units u where u.congress = $2 and u.id = $3
on conflict (token) do nothing
