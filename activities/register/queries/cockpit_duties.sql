select s.case_id::text, s.key, s.kind, coalesce(s.unit::text, '') as unit, coalesce(s.for_unit::text, '') as for_unit, coalesce(s.person::text, '') as person, c.procedure,
	coalesce(fu.name, u.name, '') as unit_name, s.roles, s.npc,
	coalesce(s.from_at, '0001-01-01 00:00:00+00') as "from", coalesce(s.due, '0001-01-01 00:00:00+00') as due,
	coalesce(s.first_due, '0001-01-01 00:00:00+00') as first_due, coalesce(s.yellow, '0001-01-01 00:00:00+00') as yellow,
	s.provisional, s.edition, s.working, s.paused, s.held, s.level, s.opened_at,
	coalesce(s.closed_at, '0001-01-01 00:00:00+00') as closed_at, s.verdict, coalesce(s.actor::text, '') as actor,
	coalesce(a.name, '') as actor_name, coalesce(s.paper::text, '') as paper, c.number, c.title, c.phase, c.committee::text
from (
	select s.case_id, s.key, s.due from stages s
	where s.congress = $1 and s.mark is not null and s.procedure <> all ($2::text[]) and ($9::text = '' or s.procedure = $9) and s.npc = any ($10::boolean[])
		and ($3::boolean or $4::boolean and not s.npc or s.committee = any ($5::uuid[]) or not s.npc and s.unit = any ($6::uuid[]))
		and ($7::uuid is null or s.committee = $7) and ($8::uuid is null or not s.npc and s.unit = $8) and (not $11::boolean or s.unit is null)
		and ($12::text = '' or s.mark = 'open' and case $12 when 'late' then s.due <= $13 and not s.paused and not s.held
			when 'ahead' then s.due > $13 and s.due <= $14 and not s.paused and not s.held when 'paused' then s.paused when 'held' then s.held and not s.paused else true end)
		and ($15::text[] is null or s.level = any ($15))
		and ($16::text = '' or not s.npc and case $16 when 'due' then s.due_month = $17::date when 'opened' then s.opened_month = $17::date
			else s.closed_month = $17::date and s.mark in ('timely', 'late') end)
		and (not $18::boolean or s.mark = 'late' or s.mark = 'open' and s.due <= $13 and not s.paused and not s.held)
		and ($19::timestamptz is null or s.due >= $19 and (s.due, s.case_id, s.key) > ($19, $20::uuid, $21::text))
	order by s.due, s.case_id, s.key limit $22) h
join stages s on s.case_id = h.case_id and s.key = h.key
join cases c on c.id = s.case_id left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
left join accounts a on a.id = s.actor
order by s.due, s.case_id, s.key
