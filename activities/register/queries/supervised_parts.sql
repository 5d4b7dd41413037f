-- $2 from, $3 until: what bears an instant in between; null: without end.
select p.case_id::text as "case", p.unit::text, p.capacity, p.gone, p.handed_at, p.signed_at, p.sign_due, p.signed_auto, p.asked, p.refused, p.extended, p.due,
	p.answered_at, p.first, p.first_at, p.final, p.redo_due, p.redone_at, p.closed_at, p.plan_due, p.plan_at, p.reworked, p.paused, p.stopped, p.held,
	c.number, c.title, c.outcome, case when i.case_id is not null then 'inquiry' else c.kind end as kind,
	c.committee::text, k.name as committee_name, u.name as unit_name, u.kind as unit_kind, r.first_due, s.first_due as plan_first_due
from parts p
join cases c on c.id = p.case_id
join units k on k.id = c.committee
left join inquiries i on i.opinion = c.id
join units u on u.id = p.unit
left join stages r on r.case_id = p.case_id and r.key = 'report/' || p.unit::text
left join stages s on s.case_id = p.case_id and s.key = 'plan/' || p.unit::text || '#1'
where p.congress = $1 and p.procedure = 'opinion' and ($2::timestamptz is null or p.last_at >= $2) and ($3::timestamptz is null or p.handed_at < $3)
order by c.number, p.capacity, u.sort
