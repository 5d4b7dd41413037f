select procedure, stand, count(*)::int as n from (
	select distinct t.procedure, t.stand, x.case_id from unnest($2::text[], $3::text[], $4::text[], $5::uuid[]) t (procedure, stand, way, who) cross join lateral (
		select l.case_id from listing l
		where l.congress = $1 and l.way = t.way and l.who = t.who and l.procedure = t.procedure and l.stand = t.stand
			and (l.handed or not $6::boolean) and (l.in_hand or not $7::boolean) and ($8::uuid[] is null or l.committee = any ($8)) and ($9::uuid is null or l.committee = $9)) x) y
group by procedure, stand
