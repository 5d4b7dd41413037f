select s.case_id::text as case_id, s.key, s.opened_at, s.unit::text as unit, coalesce(u.name, '') as unit_name, s.due, s.closed_at, s.verdict, s.yellow, s.level, s.paused, s.held,
	c.number, c.title, cu.name as committee, coalesce(a.name, '') as author, coalesce(p.body, '') as body,
	coalesce(c.state::jsonb #>> array['facts', 'instruct' || substring(s.key from '#\d+$'), 'role'], '') as role
from stages s
join cases c on c.id = s.case_id
join units cu on cu.id = c.committee
left join units u on u.id = s.unit
left join lateral (select x.author, x.body from papers x where x.case_id = s.case_id and x.stage = 'instruct' || substring(s.key from '#\d+$') and x.status = 'signed'
	order by x.written_at desc limit 1) p on true
left join accounts a on a.id = p.author
where s.congress = $1 and s.kind = 'instruction' and exists (
	select 1 from unnest($2::text[], $3::text[], $4::uuid[], $5::boolean[], $6::boolean[]) t (procedure, way, who, handed, published)
	join listing x on x.case_id = s.case_id and x.way = t.way and x.who = t.who and x.procedure = t.procedure
		and (x.handed or not t.handed) and (x.published or not t.published))
	and ($7::uuid is null or s.unit = $7) and ($8::uuid is null or c.committee = $8)
	and s.opened_at >= $9 and s.opened_at < $10
	and case $11 when 'open' then s.closed_at is null when 'ended' then s.closed_at is not null when 'late' then s.closed_at is null and s.due <= $12 else true end
	and ($13::timestamptz is null or s.opened_at >= $13 and (s.opened_at, s.case_id, s.key) > ($13, $14::uuid, $15))
order by s.opened_at, s.case_id, s.key limit $16
