select b.id::text, coalesce(b.unit::text, '') as unit, coalesce(u.name, '') as unit_name, b.channel, right(b.key, 4) as tail, b.secret <> '' as signed, a.name as by_name, b.at, b.active
from bots b left join units u on u.id = b.unit join accounts a on a.id = b.account
where b.congress = $1 and b.active order by u.sort nulls first, b.at
