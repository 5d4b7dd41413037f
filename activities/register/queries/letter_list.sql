select l.id::text, '' as bulletin, l.case_id::text, c.number as case_number, c.title as case_title, c.procedure, l.kind, l.state, l.rev, l.title, l.recipient, l.body, l.copies,
	l.author::text, a.name as author_name, l.drawn_at, l.number, coalesce(i.name, '') as issuer_name, coalesce(l.issued_at, '0001-01-01 00:00:00+00') as issued_at, l.sha256,
	coalesce(v.name, '') as voider_name, coalesce(l.voided_at, '0001-01-01 00:00:00+00') as voided_at, l.reason
from letters l join cases c on c.id = l.case_id join accounts a on a.id = l.author left join accounts i on i.id = l.issuer left join accounts v on v.id = l.voider
where l.congress = $1 and exists (
	select 1 from unnest($2::text[], $3::text[], $4::uuid[], $5::boolean[], $6::boolean[]) t (procedure, way, who, handed, published)
	join listing x on x.case_id = l.case_id and x.way = t.way and x.who = t.who and x.procedure = t.procedure
		and (x.handed or not t.handed) and (x.published or not t.published))
	and (l.state <> 'draft' or $7 or c.committee = any ($8::uuid[])) and l.kind = any ($9::text[])
	and ($10 = 0 or extract(year from coalesce(l.issued_at, l.drawn_at) at time zone 'Asia/Shanghai') = $10)
	and ($11 = '' or l.state = $11)
	and ($12 = '' or strpos(l.number, $12) > 0 or strpos(l.title, $12) > 0 or strpos(c.number, $12) > 0 or strpos(c.title, $12) > 0)
	and ($13::timestamptz is null or l.drawn_at <= $13 and (l.drawn_at < $13 or l.id > $14::uuid))
order by l.drawn_at desc, l.id limit $15
