select c.id::text, c.congress::text, c.procedure, c.number, c.kind, c.source, c.title, c.body, c.committee::text, u.name as committee_name,
	c.owner::text, a.name as owner_name, c.rules::text, c.direct, c.anchor_day, c.filed_at,
	coalesce(c.ended_at, '0001-01-01 00:00:00+00') as ended_at, coalesce(c.reopens::text, '') as reopens, c.started, c.phase, c.outcome, c.seq, c.state
from cases c join units u on u.id = c.committee join accounts a on a.id = c.owner
where c.congress = $1 and c.id = $2
