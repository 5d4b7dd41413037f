select id::text, account::text, day::timestamp at time zone 'Asia/Shanghai' as day, content, written_at, coalesce(read_at, '0001-01-01 00:00:00+00') as read_at
from digests where congress = $1 and account = $2 and ($3::date is null or day = $3) order by day desc limit 1
