select t.procedure, t.stand, sum(x.n)::int as n from unnest($2::text[], $3::text[], $4::text[], $5::uuid[]) t (procedure, stand, way, who) cross join lateral (
	select count(*) as n from listing l
	where l.congress = $1 and l.way = t.way and l.who = t.who and l.procedure = t.procedure and l.stand = t.stand
		and (l.handed or not $6::boolean) and (l.in_hand or not $7::boolean) and ($8::uuid[] is null or l.committee = any ($8)) and ($9::uuid is null or l.committee = $9)
		and ($10::uuid[] is null or not exists (select 1 from listing o where o.case_id = l.case_id and o.way = l.way and o.who = any ($10) and o.who < l.who))) x
where x.n > 0
group by t.procedure, t.stand
