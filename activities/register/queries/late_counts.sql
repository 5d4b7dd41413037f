select npc, level, count(*)::int as n from (
	select x.case_id, x.key, x.npc, x.level from unnest($2::boolean[], $3::text[]) t (npc, level) cross join lateral (
		select s.case_id, s.key, s.due, s.npc, s.level from stages s
		where s.congress = $1 and s.npc = t.npc and s.level = t.level and s.closed_at is null and not s.paused and not s.held and s.due <= $4 and s.kind <> all ($10::text[])
			and ($5::boolean or $6::boolean and not s.npc or exists (select 1 from cases c where c.id = s.case_id and c.committee = any ($7::uuid[])))
		limit $9) x
	union
	select x.case_id, x.key, x.npc, x.level from unnest($8::uuid[]) w (unit) cross join lateral (
		select s.case_id, s.key, s.due, s.npc, s.level from stages s
		where s.congress = $1 and s.unit = w.unit and s.closed_at is null and not s.paused and not s.held and s.due <= $4 and not s.npc and s.level = any ($3::text[]) and s.kind <> all ($10::text[])
		limit $9) x
) h
group by npc, level
