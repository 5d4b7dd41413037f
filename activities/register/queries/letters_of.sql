select l.id::text, '' as bulletin, l.case_id::text, c.number as case_number, c.title as case_title, c.procedure, l.kind, l.state, l.rev, l.title, l.recipient, l.body, l.copies,
	l.author::text, a.name as author_name, l.drawn_at, l.number, coalesce(i.name, '') as issuer_name, coalesce(l.issued_at, '0001-01-01 00:00:00+00') as issued_at, l.sha256,
	coalesce(v.name, '') as voider_name, coalesce(l.voided_at, '0001-01-01 00:00:00+00') as voided_at, l.reason
from letters l join cases c on c.id = l.case_id join accounts a on a.id = l.author left join accounts i on i.id = l.issuer left join accounts v on v.id = l.voider
where l.congress = $1 and l.case_id = $2 order by l.drawn_at, l.id
