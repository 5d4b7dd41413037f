select c.id::text, c.number, c.source, c.title, c.kind, c.anchor_day, c.direct, c.phase, c.outcome, cu.name as committee,
	coalesce((select string_agg(a.name, '、' order by a.name) from posts o join accounts a on a.id = o.account and a.active
		where o.congress = c.congress and o.role = 'VC' and o.unit = c.committee), '') as leader,
	coalesce((select o.number from cases o where o.id = c.reopens), '') as reopens,
	coalesce((select string_agg(x.name, '、' order by p.capacity, x.sort) from parties p join units x on x.id = p.unit
		where p.case_id = c.id and not p.gone and p.capacity <> 'joint'), '') as units,
	coalesce((select string_agg(x.name, '、' order by x.sort) from parties p join units x on x.id = p.unit
		where p.case_id = c.id and not p.gone and p.capacity = 'joint'), '') as joint,
	(select coalesce(json_agg(json_build_object('key', s.key, 'kind', s.kind, 'unit', coalesce(u.name, ''), 'due', s.due, 'closed', s.closed_at, 'verdict', s.verdict,
		'lead', coalesce(p.capacity <> 'joint' and not p.gone, false)) order by s.opened_at, s.key), '[]')::text
		from stages s left join units u on u.id = s.unit left join parties p on p.case_id = s.case_id and p.unit = s.unit
		where s.case_id = c.id and s.kind = any ('{handover,sign,plan,report,extension,evaluate,publish}')) as stages,
	i.total as items, i.closed as closed_items,
	(select count(*)::int from rungs g where g.case_id = c.id and g.level in ('L1', 'L2') and g.effect = '' and g.rung_at is not null) as urged,
	(select count(*)::int from rungs g where g.case_id = c.id and g.level in ('L3', 'L4', 'L5') and g.effect = '' and g.rung_at is not null) as supervised,
	coalesce((select string_agg(l.number, '、' order by l.issued_at) from letters l where l.case_id = c.id and l.state = 'issued' and l.kind in ('urge', 'urge-again')), '') as urging_letters,
	coalesce((select string_agg(l.number, '、' order by l.issued_at) from letters l where l.case_id = c.id and l.state = 'issued' and l.kind = 'supervise'), '') as supervising_letters,
	coalesce(s.kind, '') as stage_kind, coalesce(fu.name, su.name, '') as stage_unit, coalesce(s.roles, '{}') as stage_roles,
	s.due, s.yellow, coalesce(s.level, '') as level, coalesce(s.npc, false) as npc, coalesce(s.held, false) as held, coalesce(s.paused, false) as paused
from unnest($2::uuid[]) with ordinality w (id, place)
join cases c on c.id = w.id
join lateral (select t.turn from listing t where t.case_id = c.id and t.way = 'congress' limit 1) l on true
join units cu on cu.id = c.committee
cross join lateral (select count(*)::int as total, count(closed_at)::int as closed from items x where x.case_id = c.id) i
left join stages s on s.case_id = c.id and s.key = l.turn
left join units su on su.id = s.unit left join units fu on fu.id = s.for_unit
where c.congress = $1
order by w.place
