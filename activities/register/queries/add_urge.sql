insert into urges (congress, case_id, stage, n, account, role, day, at, text)
select $1::uuid, s.case_id, s.key, $4::int, $5::uuid, $6, $7::date, $8::timestamptz, $9
from stages s where s.congress = $1 and s.case_id = $2 and s.key = $3 and s.closed_at is null
