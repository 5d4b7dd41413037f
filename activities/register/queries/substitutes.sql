select s.id::text, s.account::text, a.name as account_name, s.stands_in::text, b.name as stands_in_name, coalesce(s.role, '') as role,
	s.from_at as "from", least(s.until, coalesce(s.revoked_at, s.until)) as until, s.kind, s.named_by::text, n.name as named_by_name, s.revoked_at is not null as revoked
from substitutes s join accounts a on a.id = s.account join accounts b on b.id = s.stands_in join accounts n on n.id = s.named_by
where s.congress = $1 and $2 in (s.account::text, s.stands_in::text, s.named_by::text) order by s.from_at desc, s.id
