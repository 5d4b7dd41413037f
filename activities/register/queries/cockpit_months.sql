select event, month, coalesce(unit::text, '') as unit, mark, n from (
	select 'due' as event, s.due_month as month, s.unit, s.mark, count(*)::int as n from stages s
	where s.congress = $1 and s.due_month >= $10::date and s.due_month < $11::date and not s.npc and s.mark is not null and s.procedure <> all ($2::text[]) and ($9::text = '' or s.procedure = $9)
		and ($3::boolean or $4::boolean or s.committee = any ($5::uuid[]) or s.unit = any ($6::uuid[]))
		and ($7::uuid is null or s.committee = $7) and ($8::uuid is null or s.unit = $8)
	group by s.due_month, s.unit, s.mark
	union all
	select 'opened', s.opened_month, null, '', count(*)::int from stages s
	where s.congress = $1 and s.opened_month >= $10::date and s.opened_month < $11::date and not s.npc and s.mark is not null and s.procedure <> all ($2::text[]) and ($9::text = '' or s.procedure = $9)
		and ($3::boolean or $4::boolean or s.committee = any ($5::uuid[]) or s.unit = any ($6::uuid[]))
		and ($7::uuid is null or s.committee = $7) and ($8::uuid is null or s.unit = $8)
	group by s.opened_month
	union all
	select 'closed', s.closed_month, null, '', count(*)::int from stages s
	where s.congress = $1 and s.closed_month >= $10::date and s.closed_month < $11::date and not s.npc and s.mark in ('timely', 'late') and s.procedure <> all ($2::text[]) and ($9::text = '' or s.procedure = $9)
		and ($3::boolean or $4::boolean or s.committee = any ($5::uuid[]) or s.unit = any ($6::uuid[]))
		and ($7::uuid is null or s.committee = $7) and ($8::uuid is null or s.unit = $8)
	group by s.closed_month) x
