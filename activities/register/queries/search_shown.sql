select x.case_id::text, c.number, c.title, c.procedure, c.kind, c.phase, c.outcome, c.filed_at, x.source::text, x.class, x.stage, coalesce(u.name, '') as unit_name,
	x.at, x.labels, x.body
from unnest($2::uuid[]) with ordinality f (case_id, n)
join cases c on c.id = f.case_id and c.congress = $1
join texts x on x.case_id = f.case_id and x.words like all ($12::text[])
left join units u on u.id = x.unit
where (x.class = '' or ($4::jsonb ->> c.procedure) || '/' || x.class = any ($5::text[]) or x.author = $3
		or ($4::jsonb ->> c.procedure) || '/' || x.class = any ($6::text[]) and may_read_text(c.id, ($4::jsonb ->> c.procedure) || '/' || x.class, x.stage, x.unit, $3, $7, $8, $9, $10, $11))
order by f.n, x.class <> '', x.at desc, x.source
