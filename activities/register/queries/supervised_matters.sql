-- $2 from, $3 until: opinions formed in between; null: without end.
select c.id::text as "case", c.number, c.title, c.outcome, case when i.case_id is not null then 'inquiry' else c.kind end as kind,
	c.committee::text, k.name as committee_name, c.anchor_day as begun, s.due, s.closed_at as answered_at
from cases c
join units k on k.id = c.committee
left join inquiries i on i.opinion = c.id
left join stages s on s.case_id = c.id and s.key = 'handover'
where c.congress = $1 and c.procedure = 'opinion' and ($2::timestamptz is null or c.anchor_day >= $2) and ($3::timestamptz is null or c.anchor_day < $3)
order by c.number
