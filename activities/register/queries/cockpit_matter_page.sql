select x.case_id::text as id, x.filed_at as at from unnest($2::text[], $3::text[], $4::text[], $5::uuid[]) t (procedure, stand, way, who) cross join lateral (
	select l.case_id, l.filed_at from listing l
	where l.congress = $1 and l.way = t.way and l.who = t.who and l.procedure = t.procedure and l.stand = t.stand
		and (l.handed or not $6::boolean) and (l.in_hand or not $7::boolean) and ($8::uuid[] is null or l.committee = any ($8)) and ($9::uuid is null or l.committee = $9)
		and ($10::timestamptz is null or l.filed_at <= $10 and (l.filed_at < $10 or l.case_id > $11::uuid))
	order by l.filed_at desc, l.case_id limit $12) x
group by x.case_id, x.filed_at
order by x.filed_at desc, x.case_id limit $12
