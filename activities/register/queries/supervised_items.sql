-- $2 from, $3 until: items of parts that bear an instant in between, and problems of inquiries; null: without end.
select c.id::text as "case", 'opinion' as procedure, p.unit::text, i.n, i.problem as text, i.closed_at, p.due, c.number, c.title, c.outcome,
	case when q.case_id is not null then 'inquiry' else c.kind end as kind, c.committee::text, k.name as committee_name, u.name as unit_name, u.kind as unit_kind
from parts p
join items i on i.case_id = p.case_id and i.unit = p.unit
join cases c on c.id = p.case_id
left join inquiries q on q.opinion = c.id
join units k on k.id = c.committee
join units u on u.id = p.unit
where p.congress = $1 and p.procedure = 'opinion' and not p.gone and ($2::timestamptz is null or p.last_at >= $2) and ($3::timestamptz is null or p.handed_at < $3)
union all
select c.id::text, 'problem', b.unit::text, b.n, c.title,
	case when c.phase = 'P4' or c.outcome = 'closed' then coalesce(s.closed_at, c.ended_at) end, s.due, c.number, c.title, c.outcome, 'problem', c.committee::text, k.name, u.name, u.kind
from problems b
join inquiries q on q.case_id = b.inquiry and q.given_at is not null
join cases c on c.id = b.case_id
join units k on k.id = c.committee
join units u on u.id = b.unit
left join lateral (select min(x.due) filter (where x.kind = 'fix') as due, max(x.closed_at) filter (where x.kind in ('closing-check', 'deputy-check') and x.verdict = 'closed') as closed_at
	from stages x where x.case_id = b.case_id) s on true
where b.congress = $1 and ($3::timestamptz is null or q.given_at < $3)
order by number, n
