select npc, coalesce(unit::text, '') as unit, coalesce(month, '0001-01-01') as month, light, level, today, soon, n
from (
	select s.npc, s.unit, s.due_month as month, d.light, case when d.light = 'red' then s.level else '' end as level,
		d.light in ('green', 'yellow') and s.due <= $11 as today, d.light in ('green', 'yellow') and s.due <= $12 as soon, count(*)::int as n
	from stages s
	cross join lateral (select case when s.paused then 'blue' when s.held then 'held' when s.due <= $10 then 'red' when s.yellow <= $10 then 'yellow' else 'green' end as light) d
	where s.congress = $1 and s.npc = any ('{true,false}') and s.mark = 'open' and s.procedure <> all ($2::text[]) and ($9::text = '' or s.procedure = $9)
		and ($3::boolean or $4::boolean and not s.npc or s.committee = any ($5::uuid[]) or not s.npc and s.unit = any ($6::uuid[]))
		and ($7::uuid is null or s.committee = $7) and ($8::uuid is null or not s.npc and s.unit = $8)
	group by 1, 2, 3, 4, 5, 6, 7) x
