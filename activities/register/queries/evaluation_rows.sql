select c.id::text, c.number, c.title, c.phase, c.outcome, c.filed_at, cu.name as committee, un.name as unit,
	g.points, coalesce(s.kind, '') as stage_kind, coalesce(fu.name, su.name, '') as stage_unit, coalesce(s.roles, '{}') as stage_roles,
	s.due, s.yellow, coalesce(s.level, '') as level, coalesce(s.npc, false) as npc, coalesce(s.held, false) as held, coalesce(s.paused, false) as paused
from unnest($2::uuid[]) with ordinality w (id, place)
join cases c on c.id = w.id
join evaluations i on i.case_id = c.id
join units un on un.id = i.unit
join units cu on cu.id = c.committee
left join lateral (select sum(x.points)::int as points from indicators x
	where x.case_id = c.id and c.outcome = 'evaluated' and x.round = (select max(y.round) from indicators y where y.case_id = c.id)) g on true
join lateral (select t.turn from listing t where t.case_id = c.id and t.way = 'congress' limit 1) l on true
left join stages s on s.case_id = c.id and s.key = l.turn
left join units su on su.id = s.unit left join units fu on fu.id = s.for_unit
where c.congress = $1
order by w.place
