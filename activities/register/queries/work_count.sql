select count(*)::int as n from (
	select x.case_id, x.key, x.due from unnest($5::text[]) k (kind) cross join lateral (
		select s.case_id, s.key, s.due from stages s join cases c on c.id = s.case_id
			where s.congress = $1 and s.closed_at is null and s.kind = k.kind and s.person is null
			and exists (select 1 from unnest($2::text[], $3::uuid[], $4::uuid[]) p (role, unit, owner)
				where p.role = any (s.roles)
					and (s.person is null or s.person = p.owner or p.role = 'CMT'
						or p.role <> 'DPT' and not exists (select 1 from accounts x where x.id = s.person and x.active))
					and (p.unit is null or s.person = p.owner or p.unit = s.unit or s.unit is null and p.unit in (s.for_unit, c.committee)))
			and (s.npc or c.phase not in ('A1', 'A2', 'A3'))
			limit $8) x
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
			limit $8) x
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
			limit $8) x
	limit $8) h
