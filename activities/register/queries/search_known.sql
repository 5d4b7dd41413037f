with sight as materialized (
	select * from unnest($2::text[], $3::text[], $4::uuid[], $5::boolean[], $6::boolean[], $7::boolean[]) t (procedure, way, who, handed, published, in_hand))
select distinct l.case_id::text as id, l.filed_at as at, l.procedure, l.stand
from unnest($20::uuid[], $21::uuid[]) f (case_id, source)
join texts x on x.case_id = f.case_id and x.source = f.source
join sight t on true
join listing l on l.case_id = f.case_id and l.way = t.way and l.who = t.who and l.congress = $1 and l.procedure = t.procedure
	and (l.handed or not t.handed) and (l.published or not t.published) and (l.in_hand or not t.in_hand)
where ($8::timestamptz is null or l.filed_at >= $8) and ($9::timestamptz is null or l.filed_at < $9)
	and ($10 = '' or (l.stand = 'ended') = ($10 = 'ended')) and ($11::uuid is null or exists (select 1 from listing u where u.case_id = l.case_id and u.way = 'unit' and u.who = $11 and u.in_hand))
	and may_read_text(x, l.procedure, $12, $13, $14, $15, $16, $17, $18, $19)
