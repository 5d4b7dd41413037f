select s.case_id::text, s.key, s.kind, coalesce(s.unit::text, '') as unit, coalesce(s.for_unit::text, '') as for_unit, coalesce(s.person::text, '') as person, c.procedure,
	coalesce(fu.name, u.name, '') as unit_name, s.roles, s.npc,
	coalesce(s.from_at, '0001-01-01 00:00:00+00') as "from", coalesce(s.due, '0001-01-01 00:00:00+00') as due,
	coalesce(s.first_due, '0001-01-01 00:00:00+00') as first_due, coalesce(s.yellow, '0001-01-01 00:00:00+00') as yellow,
	s.provisional, s.edition, s.working, s.paused, s.held, s.level, s.opened_at,
	coalesce(s.closed_at, '0001-01-01 00:00:00+00') as closed_at, s.verdict, coalesce(s.actor::text, '') as actor,
	coalesce(a.name, '') as actor_name, coalesce(s.paper::text, '') as paper, c.number, c.title, c.phase, c.committee::text
from (
	select x.case_id, x.key, x.due from unnest($5::text[]) k (kind) cross join lateral (
		select s.case_id, s.key, s.due from stages s join cases c on c.id = s.case_id
			where s.congress = $1 and s.closed_at is null and s.kind = k.kind and s.person is null
			and exists (select 1 from unnest($2::text[], $3::uuid[], $4::uuid[]) p (role, unit, owner)
				where p.role = any (s.roles)
					and (s.person is null or s.person = p.owner or p.role = 'CMT'
						or p.role <> 'DPT' and not exists (select 1 from accounts x where x.id = s.person and x.active))
					and (p.unit is null or s.person = p.owner or p.unit = s.unit or s.unit is null and p.unit in (s.for_unit, c.committee)))
			and (s.npc or c.phase not in ('A1', 'A2', 'A3'))
			and ($8::text is null or (coalesce(s.due, 'infinity'), s.case_id, s.key) > ($8::text::timestamptz, $9::uuid, $10::text))
			order by s.due, s.case_id, s.key limit $11) x
	union
	select x.case_id, x.key, x.due from unnest($6::uuid[]) w (unit) cross join lateral (
		select s.case_id, s.key, s.due from stages s join cases c on c.id = s.case_id
			where s.congress = $1 and s.closed_at is null and s.unit = w.unit
			and exists (select 1 from unnest($2::text[], $3::uuid[], $4::uuid[]) p (role, unit, owner)
				where p.role = any (s.roles)
					and (s.person is null or s.person = p.owner or p.role = 'CMT'
						or p.role <> 'DPT' and not exists (select 1 from accounts x where x.id = s.person and x.active))
					and (p.unit is null or s.person = p.owner or p.unit = s.unit or s.unit is null and p.unit in (s.for_unit, c.committee)))
			and (s.npc or c.phase not in ('A1', 'A2', 'A3'))
			and ($8::text is null or (coalesce(s.due, 'infinity'), s.case_id, s.key) > ($8::text::timestamptz, $9::uuid, $10::text))
			order by s.due, s.case_id, s.key limit $11) x
	union
	select x.case_id, x.key, x.due from (
		select unnest($7::uuid[]) as person
		union select l.id from accounts l where l.congress = $1 and not l.active
		union select l.account from posts l where l.congress = $1 and l.role in ('VC', 'CH') and 'CMT' = any ($2::text[])) w cross join lateral (
		select s.case_id, s.key, s.due from stages s join cases c on c.id = s.case_id
			where s.congress = $1 and s.closed_at is null and s.person = w.person
			and exists (select 1 from unnest($2::text[], $3::uuid[], $4::uuid[]) p (role, unit, owner)
				where p.role = any (s.roles)
					and (s.person is null or s.person = p.owner or p.role = 'CMT'
						or p.role <> 'DPT' and not exists (select 1 from accounts x where x.id = s.person and x.active))
					and (p.unit is null or s.person = p.owner or p.unit = s.unit or s.unit is null and p.unit in (s.for_unit, c.committee)))
			and (s.npc or c.phase not in ('A1', 'A2', 'A3'))
			and ($8::text is null or (coalesce(s.due, 'infinity'), s.case_id, s.key) > ($8::text::timestamptz, $9::uuid, $10::text))
			order by s.due, s.case_id, s.key limit $11) x
	order by 3, 1, 2 limit $11) h
join stages s on s.case_id = h.case_id and s.key = h.key
join cases c on c.id = s.case_id left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
left join accounts a on a.id = s.actor
order by s.due nulls last, s.case_id, s.key
