select count(*)::int as n from cases c
where c.congress = $1 and c.outcome <> '' and c.ended_at >= $10 and c.ended_at < $11 and c.outcome = any ($12::text[]) and c.procedure <> all ($2::text[]) and ($9::text = '' or c.procedure = $9)
	and ($3::boolean or c.committee = any ($5::uuid[])
		or $4::boolean and exists (select 1 from listing l where l.case_id = c.id and l.way = 'congress' and l.handed)
		or exists (select 1 from unnest($6::uuid[]) w (unit) join listing l on l.case_id = c.id and l.way = 'unit' and l.who = w.unit and l.handed))
	and ($7::uuid is null or c.committee = $7)
	and ($8::uuid is null or exists (select 1 from listing l where l.case_id = c.id and l.way = 'unit' and l.who = $8 and l.in_hand))
