select c.id::text, c.number, c.title, c.phase, c.outcome, c.filed_at, cu.name as committee, coalesce(i.meets, '0001-01-01 00:00:00+00') as meets,
	t.total, t.closed, t.asked,
	coalesce(s.kind, '') as stage_kind, coalesce(fu.name, su.name, '') as stage_unit, coalesce(s.roles, '{}') as stage_roles,
	s.due, s.yellow, coalesce(s.level, '') as level, coalesce(s.npc, false) as npc, coalesce(s.held, false) as held, coalesce(s.paused, false) as paused
from unnest($2::uuid[]) with ordinality w (id, place)
join cases c on c.id = w.id
join inquiries i on i.case_id = c.id
join units cu on cu.id = c.committee
join lateral (select t.turn from listing t where t.case_id = c.id and t.way = 'congress' limit 1) l on true
cross join lateral (
	select count(*) filter (where x.outcome in ('', 'closed'))::int as total, count(*) filter (where x.phase = 'P4' or x.outcome = 'closed')::int as closed,
		count(p.question)::int as asked
	from problems p join cases x on x.id = p.case_id where p.inquiry = c.id) t
left join stages s on s.case_id = c.id and s.key = l.turn
left join units su on su.id = s.unit left join units fu on fu.id = s.for_unit
where c.congress = $1
order by w.place
