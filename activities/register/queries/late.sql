select s.case_id::text, s.key, s.kind, coalesce(s.unit::text, '') as unit, coalesce(s.for_unit::text, '') as for_unit, coalesce(s.person::text, '') as person, c.procedure,
	coalesce(fu.name, u.name, '') as unit_name, s.roles, s.npc,
	coalesce(s.from_at, '0001-01-01 00:00:00+00') as "from", coalesce(s.due, '0001-01-01 00:00:00+00') as due,
	coalesce(s.first_due, '0001-01-01 00:00:00+00') as first_due, coalesce(s.yellow, '0001-01-01 00:00:00+00') as yellow,
	s.provisional, s.edition, s.working, s.paused, s.held, s.level, s.opened_at,
	coalesce(s.closed_at, '0001-01-01 00:00:00+00') as closed_at, s.verdict, coalesce(s.actor::text, '') as actor,
	coalesce(a.name, '') as actor_name, coalesce(s.paper::text, '') as paper, c.number, c.title, c.phase, c.committee::text
from (
	select x.case_id, x.key, x.due from unnest($2::boolean[], $3::text[]) t (npc, level) cross join lateral (
		select s.case_id, s.key, s.due, s.npc, s.level from stages s
		where s.congress = $1 and s.npc = t.npc and s.level = t.level and s.closed_at is null and not s.paused and not s.held and s.due <= $4 and s.kind <> all ($13::text[])
			and ($5::boolean or $6::boolean and not s.npc or exists (select 1 from cases c where c.id = s.case_id and c.committee = any ($7::uuid[])))
			and ($9::timestamptz is null or s.due >= $9 and (s.due, s.case_id, s.key) > ($9, $10::uuid, $11::text))
		order by s.due, s.case_id, s.key limit $12) x
	union
	select x.case_id, x.key, x.due from unnest($8::uuid[]) w (unit) cross join lateral (
		select s.case_id, s.key, s.due, s.npc, s.level from stages s
		where s.congress = $1 and s.unit = w.unit and s.closed_at is null and not s.paused and not s.held and s.due <= $4 and not s.npc and s.level = any ($3::text[]) and s.kind <> all ($13::text[])
			and ($9::timestamptz is null or s.due >= $9 and (s.due, s.case_id, s.key) > ($9, $10::uuid, $11::text))
		order by s.due, s.case_id, s.key limit $12) x
	order by 3, 1, 2 limit $12) h
join stages s on s.case_id = h.case_id and s.key = h.key
join cases c on c.id = s.case_id left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
left join accounts a on a.id = s.actor
order by s.due, s.case_id, s.key
