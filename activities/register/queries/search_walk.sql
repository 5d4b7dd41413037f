with sight as materialized (
	select * from unnest($2::text[], $3::text[], $4::uuid[], $5::boolean[], $6::boolean[], $7::boolean[]) t (procedure, way, who, handed, published, in_hand)),
walked as materialized (
	select x.case_id, x.filed_at, x.procedure, x.stand from (select distinct way, who from sight) w
	cross join lateral (
		select l.case_id, l.filed_at, l.procedure, l.stand from listing l
		where l.congress = $1 and l.way = w.way and l.who = w.who
			and exists (select from sight t where t.procedure = l.procedure and t.way = l.way and t.who = l.who
				and (l.handed or not t.handed) and (l.published or not t.published) and (l.in_hand or not t.in_hand))
			and ($8::timestamptz is null or l.filed_at >= $8) and ($9::timestamptz is null or l.filed_at < $9)
			and ($10 = '' or (l.stand = 'ended') = ($10 = 'ended'))
			and ($11::uuid is null or exists (select 1 from listing u where u.case_id = l.case_id and u.way = 'unit' and u.who = $11 and u.in_hand))
			and ($22::timestamptz is null or l.filed_at <= $22 and (l.filed_at < $22 or l.case_id > $23::uuid))
		order by l.filed_at desc, l.case_id limit $24) x
	group by x.case_id, x.filed_at, x.procedure, x.stand
	order by x.filed_at desc, x.case_id limit $24),
hits as (
	select w.case_id, w.filed_at, w.procedure, w.stand from walked w
	cross join lateral (
		select 1 from texts x where x.case_id = w.case_id and x.words like all ($21::text[])
			and (x.class = '' or ($13::jsonb ->> w.procedure) || '/' || x.class = any ($14::text[]) or x.author = $12
		or ($13::jsonb ->> w.procedure) || '/' || x.class = any ($15::text[]) and may_read_text(w.case_id, ($13::jsonb ->> w.procedure) || '/' || x.class, x.stage, x.unit, $12, $16, $17, $18, $19, $20)) limit 1) y
	limit $25)
select case_id::text as id, filed_at as at, procedure, stand, 0 as walked from hits
union all
(select case_id::text, filed_at, procedure, stand, (select count(*) from walked)::int from walked order by filed_at, case_id desc limit 1)
