-- $2 from, $3 until, null: without end; $4 kinds of stages in which a unit hands something in. A letter is of the units of its matter that it is
-- addressed to; one that names none of them is nobody's.
select c.id::text as "case", c.procedure, coalesce(x.unit::text, '') as unit, case when l.kind = 'supervise' then 'supervise' else 'urge' end as urging, l.number as text, l.issued_at as handed_at,
	(select min(s.closed_at) from stages s where s.case_id = c.id and s.unit = x.unit and s.kind = any ($4::text[]) and s.closed_at >= l.issued_at and s.verdict <> 'lapsed') as answered_at,
	c.number, c.title, c.committee::text, k.name as committee_name, coalesce(x.name, '') as unit_name, coalesce(x.kind, '') as unit_kind
from letters l
join cases c on c.id = l.case_id
join units k on k.id = c.committee
left join lateral (select p.unit, u.name, u.kind from parties p join units u on u.id = p.unit where p.case_id = c.id and strpos(l.recipient, u.name) > 0) x on true
where l.congress = $1 and l.state = 'issued' and l.kind in ('urge', 'urge-again', 'supervise') and ($2::timestamptz is null or l.issued_at >= $2) and ($3::timestamptz is null or l.issued_at < $3)
union all
select c.id::text, coalesce(b.procedure, ''), p.unit::text, case when s.kind = 'hold' then 'interview' else 'visit' end, '', s.closed_at, null, c.number, c.title, c.committee::text, k.name, u.name, u.kind
from stages s
join cases c on c.id = s.case_id
join units k on k.id = c.committee
left join interviews v on v.case_id = c.id
left join cases b on b.id = coalesce(v.about, case when v.case_id is null then c.id end)
join parties p on p.case_id = c.id and not p.gone and p.capacity <> 'joint'
join units u on u.id = p.unit
where s.congress = $1 and s.closed_at is not null and s.kind in ('hold', 'inspection', 'motion-inspection') and s.verdict not in ('unheld', 'lapsed')
	and ($2::timestamptz is null or s.closed_at >= $2) and ($3::timestamptz is null or s.closed_at < $3)
union all
select '', '', o.unit::text, 'visit', o.note, o.day::timestamp at time zone interval '8 hours', null, '', o.note, '', '', u.name, u.kind
from occasions o join units u on u.id = o.unit
where o.congress = $1 and o.kind = 'visit' and o.void = '' and ($2::timestamptz is null or o.day >= ($2 at time zone interval '8 hours')::date) and ($3::timestamptz is null or o.day < ($3 at time zone interval '8 hours')::date)
order by handed_at, number
