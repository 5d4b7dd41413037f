insert into substitutes (id, congress, account, stands_in, role, from_at, until, kind, named_by)
select $1::uuid, a.congress, a.id, b.id, $5::text, $6::timestamptz, $7::timestamptz, $8::text, $9::uuid
from accounts a join accounts b on b.congress = a.congress and b.id = $4 and b.active where a.congress = $2 and a.id = $3 and a.active
