select count(*)::int as n from (
	select x.case_id
	from unnest($2::text[], $3::text[], $4::text[], $5::uuid[], $6::boolean[], $7::boolean[], $8::boolean[]) t (procedure, stand, way, who, handed, published, in_hand)
	cross join lateral (
		select l.case_id from listing l
		where l.congress = $1 and l.way = t.way and l.who = t.who and l.procedure = t.procedure and l.stand = t.stand
			and (l.handed or not t.handed) and (l.published or not t.published) and (l.in_hand or not t.in_hand)
			and ($9::uuid is null or l.committee = $9) and ($10 = '' or l.category = $10)
			and ($11::uuid is null or exists (select 1 from listing f where f.case_id = l.case_id and f.way = 'unit' and f.who = $11 and f.in_hand))
			and ($12 = '' or exists (select 1 from case_words w where w.case_id = l.case_id and w.words like $12))
			and l.filed_at >= $13 and l.filed_at < $14
			and (not $15 or l.clock = 'runs' and l.due <= $16)
		limit $17) x
	group by x.case_id limit $17) y
