select b.id::text, b.procedure, b.state, b.rev, b.title, b.scope, b.period_from, b.period_to, b.intro, b.praise, b.criticism, b.demands, b.recipient, b.copies, b.figures_at,
	b.author::text, a.name as author_name, coalesce(p.name, '') as approver_name, coalesce(i.name, '') as issuer_name, b.drawn_at, b.approved_at, b.issued_at,
	coalesce(b.year, 0) as year, coalesce(b.n, 0) as n, b.version, coalesce(b.corrects::text, '') as corrects, coalesce(c.id::text, '') as corrected_by, b.reason,
	coalesce(l.id::text, '') as letter, coalesce(l.number, '') as number
from bulletins b
join accounts a on a.id = b.author
left join accounts p on p.id = b.approver
left join accounts i on i.id = b.issuer
left join bulletins c on c.corrects = b.id
left join letters l on l.bulletin = b.id
where b.congress = $1 and ($2 or b.state = 'issued') and ($3::timestamptz is null or b.drawn_at <= $3 and (b.drawn_at < $3 or b.id > $4::uuid))
order by b.drawn_at desc, b.id limit $5
