select c.id::text, c.number, c.title, c.source, c.phase, c.outcome, c.filed_at, un.name as unit, i.post, i.meets, i.place, cu.name as committee,
	(select max(s.closed_at) from stages s where s.case_id = c.id and s.kind = 'notify' and s.verdict <> 'lapsed') as notified,
	(select max(s.closed_at) from stages s where s.case_id = c.id and s.kind = 'countersign' and s.verdict = 'signed') as signed,
	t.promises, t.kept, t.late
from unnest($2::uuid[]) with ordinality w (id, place)
join cases c on c.id = w.id
join interviews i on i.case_id = c.id
join units un on un.id = i.unit
join units cu on cu.id = c.committee
cross join lateral (select count(*)::int as promises, count(x.closed_at)::int as kept, (count(*) filter (where x.closed_at is null and x.promised <= $3))::int as late
	from items x where x.case_id = c.id) t
where c.congress = $1
order by w.place
