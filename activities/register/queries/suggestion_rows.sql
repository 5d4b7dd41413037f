select c.id::text, c.procedure, c.kind, c.number, c.title, c.phase, c.outcome, c.filed_at, g.session, g.category, a.name as leader, coalesce(d.delegation, '') as delegation,
	coalesce(g.proposed::text, '') as proposed, coalesce(pu.name, '') as proposed_name, g.key_leader is not null as key,
	coalesce((select string_agg(u.name, '、' order by x.capacity desc, u.sort) from parties x join units u on u.id = x.unit
		where x.case_id = c.id and not x.gone and x.capacity <> 'joint'), '') as unit_names,
	coalesce(n.key, '') as stage, coalesce(n.kind, '') as stage_kind, coalesce(n.unit_name, '') as stage_unit,
	coalesce(n.roles, '{}') as stage_roles,
	n.due, n.yellow, coalesce(n.level, '') as level, coalesce(n.npc, false) as npc, coalesce(n.held, false) as held, coalesce(n.paused, false) as paused
from unnest($2::uuid[]) with ordinality w (id, place)
join cases c on c.id = w.id
join suggestions g on g.case_id = c.id
join accounts a on a.id = c.owner
left join deputies d on d.account = c.owner
left join units pu on pu.id = g.proposed
left join lateral (select t.turn from listing t where t.case_id = c.id and t.way = 'congress' limit 1) l on true
left join lateral (select s.key, s.kind, s.roles, coalesce(fu.name, u.name, '') as unit_name, s.due, s.yellow, s.level, s.npc, s.held, s.paused from stages s
	left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
	where s.case_id = c.id and s.key = l.turn) n on true
where c.congress = $1
order by w.place
