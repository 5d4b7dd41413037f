select distinct l.case_id::text as id, l.procedure, l.stand, l.filed_at, l.clock, l.due, l.yellow, l.key
from unnest($2::text[], $3::text[], $4::text[], $5::uuid[], $6::boolean[], $7::boolean[], $8::boolean[]) t (procedure, stand, way, who, handed, published, in_hand)
join listing l on l.congress = $1 and l.way = t.way and l.who = t.who and l.procedure = t.procedure and l.stand = t.stand
		and (l.handed or not t.handed) and (l.published or not t.published) and (l.in_hand or not t.in_hand)
where l.case_id = any ($12::uuid[]) and ($9::uuid is null or l.committee = $9) and ($10 = '' or l.category = $10)
	and ($11::uuid is null or exists (select 1 from listing f where f.case_id = l.case_id and f.way = 'unit' and f.who = $11 and f.in_hand))
