select c.id::text, c.first_day::text, c.last_day::text, c.name, c.source, '' as account_name, c.entered_at, c.edition, '' as withdrawn_name,
	'0001-01-01 00:00:00+00'::timestamptz as withdrawn_at, '' as withdrawn_for
from closings c where c.congress = $1 and c.withdrawn_at is null order by c.first_day, c.id
