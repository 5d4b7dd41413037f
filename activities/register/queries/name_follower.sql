insert into followers (id, congress, unit, year, account, named_by)
select $1, $2, u.id, $4, a.id, $6 from units u join accounts a on a.congress = u.congress and a.active where u.congress = $2 and u.id = $3 and a.id = $5
