with sight as materialized (
	select * from unnest($2::text[], $3::text[], $4::uuid[], $5::boolean[], $6::boolean[], $7::boolean[]) t (procedure, way, who, handed, published, in_hand)),
seen as materialized (
	select distinct f.case_id, f.class, f.stage, f.unit, f.author, l.filed_at, l.procedure, l.stand
	from unnest($21::uuid[], $22::text[], $23::text[], $24::uuid[], $25::uuid[]) f (case_id, class, stage, unit, author)
	join listing l on l.case_id = f.case_id and l.congress = $1
	join sight t on l.way = t.way and l.who = t.who and l.procedure = t.procedure
		and (l.handed or not t.handed) and (l.published or not t.published) and (l.in_hand or not t.in_hand)
	where ($8::timestamptz is null or l.filed_at >= $8) and ($9::timestamptz is null or l.filed_at < $9)
		and ($10 = '' or (l.stand = 'ended') = ($10 = 'ended'))
		and ($11::uuid is null or exists (select 1 from listing u where u.case_id = l.case_id and u.way = 'unit' and u.who = $11 and u.in_hand)))
select distinct x.case_id::text as id, x.filed_at as at, x.procedure, x.stand
from seen x
where (x.class = '' or ($13::jsonb ->> x.procedure) || '/' || x.class = any ($14::text[]) or x.author = $12
		or ($13::jsonb ->> x.procedure) || '/' || x.class = any ($15::text[]) and may_read_text(x.case_id, ($13::jsonb ->> x.procedure) || '/' || x.class, x.stage, x.unit, $12, $16, $17, $18, $19, $20))
