select c.id::text, c.first_day::text, c.last_day::text, c.name, c.source, a.name as account_name, c.entered_at, c.edition,
	coalesce(w.name, '') as withdrawn_name, coalesce(c.withdrawn_at, '0001-01-01 00:00:00+00') as withdrawn_at, c.withdrawn_for
from closings c join accounts a on a.id = c.account left join accounts w on w.id = c.withdrawn_by
where c.congress = $1 order by c.first_day desc, c.id desc limit $2
